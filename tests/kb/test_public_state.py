"""Does every change that somebody without an account can see move a version, and none that nobody can?"""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from wagtail.models import Page, PageViewRestriction, Site

from kb import curation, marking, publishing
from kb.demonstration import load_pages
from kb.models import Concept, ConceptScheme, Entry, GuidancePage, StateVersion, taxonomy
from kb.public_state import PUBLIC, are_public
from people.choices import Role
from tests.architecture.places import ROOT
from tests.factories import locale, make_circle, make_entry, make_marking, make_user

pytestmark = pytest.mark.django_db


def versions() -> dict[str, int]:
    return {name: number for name, number in StateVersion.numbers().items() if name in PUBLIC}


def draft_of(entry: Entry, title: str = "Said otherwise") -> Entry:
    entry = Entry.objects.get(pk=entry.pk)
    entry.title = title
    entry.save_revision()
    return Entry.objects.get(pk=entry.pk)


def publish(entry: Entry) -> None:
    publishing.publish_entry(entry=draft_of(entry), by=None)


def publish_translation(entry: Entry) -> None:
    publishing.publish_entry(entry=curation.translate(entry=entry, locale=locale("fr"), by=None), by=None)


def schedule(entry: Entry) -> None:
    entry.expire_at = None
    entry.unpublish(set_expired=True)


def restrict(entry: Entry) -> None:
    marking.restrict_now(entry=entry, by=make_user())


VERBS: dict[str, Callable[[Entry], Any]] = {
    "publish": publish,
    "publish a translation": publish_translation,
    "withdraw": lambda entry: publishing.withdraw(entry=entry, by=None),
    "expire": schedule,
    "delete": lambda entry: Entry.objects.get(pk=entry.pk).delete(),
    "relabel": lambda entry: marking.relabel(
        entry=entry, label="TLP:AMBER+STRICT", owning_organisation=make_user().memberships.get().organisation, by=None
    ),
    "review": lambda entry: curation.mark_reviewed(entry=entry, by=None),
    "supersede": lambda entry: curation.supersede(
        old=entry, new=make_entry("Newer", marking=make_marking(entry.marking.label)), by=None
    ),
    "relate": lambda entry: curation.relate(
        source=entry, target=make_entry("Other", marking=make_marking(entry.marking.label)), type="supports"
    ),
    "unrelate": lambda entry: curation.unrelate(
        relation=curation.relate(
            source=entry, target=make_entry("Other", marking=make_marking(entry.marking.label)), type="supports"
        )
    ),
}


@pytest.mark.parametrize("verb", VERBS)
def test_each_verb_on_a_public_entry_moves_the_version(verb: str) -> None:
    entry = make_entry()
    before = versions()
    VERBS[verb](entry)
    assert versions() != before


@pytest.mark.parametrize("verb", VERBS)
def test_no_verb_on_a_confidential_entry_moves_any(verb: str) -> None:
    entry = make_entry(label="TLP:GREEN")
    before = versions()
    VERBS[verb](entry)
    assert versions() == before


def test_a_relation_to_something_confidential_moves_nothing_and_one_that_becomes_public_does() -> None:
    public, green = make_entry(), make_entry(label="TLP:GREEN")
    before = versions()
    relation = curation.relate(source=public, target=green, type="supports")
    curation.supersede(old=green, new=public, by=None)
    assert versions() == before
    curation.unrelate(relation=relation)
    assert versions() == before


def test_taking_a_public_entry_back_moves_the_version_even_before_it_is_published() -> None:
    draft = make_entry(live=False)
    before = versions()
    marking.relabel(entry=draft, label="TLP:AMBER", circles=[make_circle()], by=None)
    assert versions() != before


def test_writing_a_draft_moves_nothing() -> None:
    entry = make_entry()
    before = versions()
    draft_of(entry)
    assert versions() == before


@pytest.fixture
def page() -> GuidancePage:
    load_pages(ROOT / "fixtures" / "guidance")
    return GuidancePage.objects.filter(locale__language_code="en").first()


PAGE_VERBS: dict[str, Callable[[Any], Any]] = {
    "publish": lambda page: page.save_revision().publish(),
    "unpublish": lambda page: page.unpublish(),
    "delete": lambda page: page.delete(),
    "move": lambda page: page.move(page.get_siblings().exclude(pk=page.pk).last(), pos="left"),
    "copy": lambda page: page.copy(update_attrs={"slug": "copied"}, keep_live=True),
    "save": lambda page: page.save(),
    "restrict": lambda page: PageViewRestriction.objects.create(page=page, restriction_type="login"),
    "site": lambda page: Site.objects.get().save(),
}


@pytest.mark.parametrize("verb", PAGE_VERBS)
def test_each_change_of_a_page_moves_the_version(verb: str, page: GuidancePage) -> None:
    before = versions()
    PAGE_VERBS[verb](page)
    assert versions() != before


def test_the_draft_of_a_page_moves_nothing(page: GuidancePage) -> None:
    before = versions()
    page.title = "Another"
    page.save_revision()
    assert versions() == before


def test_a_page_is_stored_and_told_of_in_one_transaction(page: GuidancePage, monkeypatch: Any) -> None:
    def torn(cls: Any, name: str) -> None:
        raise RuntimeError("the process ended here")

    monkeypatch.setattr(StateVersion, "bump", classmethod(torn))
    page.slug = "elsewhere"
    with pytest.raises(RuntimeError):
        page.save()
    assert not Page.objects.filter(slug="elsewhere").exists()


def test_each_change_of_a_vocabulary_moves_the_version() -> None:
    scheme = ConceptScheme.objects.first()
    concept = Concept.objects.filter(entry_concepts=None, narrower=None).first()
    assert scheme is not None
    assert concept is not None

    def labelled() -> None:
        concept.pref_label = {"en": "Renamed"}
        curation.save_concept(concept=concept)

    def retitled() -> None:
        scheme.synonym_search = not scheme.synonym_search
        scheme.save()

    for change in (labelled, retitled, lambda: Concept.objects.filter(pk=concept.pk).delete()):
        before = versions()
        change()
        assert versions() != before
    before = versions()
    scheme.save()
    assert versions() == before


def test_the_editing_interface_moves_the_version_too(client: Client) -> None:
    entry = make_entry()
    reviewer = make_user(roles=[Role.REVIEWER, Role.CURATOR])
    client.force_login(reviewer)
    for path in (f"/admin/snippets/kb/entry/reviewed/{entry.pk}/", f"/admin/snippets/kb/entry/unpublish/{entry.pk}/"):
        before = versions()
        assert client.post(path).status_code == 302
        assert versions() != before, path


def test_bulk_actions_move_it(client: Client) -> None:
    entry = make_entry()
    client.force_login(make_user(roles=[Role.REVIEWER]))
    before = versions()
    assert client.post(f"/admin/bulk/kb/entry/reviewed/?id={entry.pk}").status_code in {200, 302}
    assert versions() != before


def test_numbers_only_grow_even_when_the_clock_is_set_back(monkeypatch: Any) -> None:
    StateVersion.bump("content")
    seen = [StateVersion.numbers()["content"]]
    monkeypatch.setattr(taxonomy.time, "time_ns", lambda: 5)
    for _round in range(50):
        StateVersion.bump("content")
        seen.append(StateVersion.numbers()["content"])
    assert seen == sorted(set(seen))


def test_two_that_make_the_first_number_at_once_both_count(monkeypatch: Any) -> None:
    StateVersion.objects.filter(name="fresh").delete()
    real = StateVersion.objects.get_or_create

    def after_another(*args: Any, **kwargs: Any) -> Any:
        StateVersion.objects.create(name="fresh", number=7)
        return real(*args, **kwargs)

    monkeypatch.setattr(type(StateVersion.objects), "get_or_create", lambda self, **kwargs: after_another(**kwargs))
    StateVersion.bump("fresh")
    assert StateVersion.numbers()["fresh"] != 7


def test_what_is_gone_is_taken_for_public() -> None:
    assert are_public([])
    assert are_public([make_marking("TLP:CLEAR").pk])
    assert not are_public([make_marking("TLP:CLEAR").pk, make_marking("TLP:GREEN").pk])
