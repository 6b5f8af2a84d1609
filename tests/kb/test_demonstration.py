"""Is the demonstration content complete, valid and loaded once?"""

import json
from collections import Counter
from pathlib import Path

import pytest
from django.conf import settings

from kb.choices import Axis, EntryKind, Tlp
from kb.demonstration import load_entries, load_pages, paragraphs, read_folder
from kb.models import Entry, EntryConcept, GuidancePage
from kb.outlines import missing_sections
from people.demonstration import load_people
from people.models import RoleAssignment, User

FIXTURES = Path(settings.BASE_DIR) / "fixtures"


def _people() -> dict:
    return json.loads((FIXTURES / "people.json").read_text(encoding="utf-8"))


@pytest.mark.django_db
def test_the_demonstration_shows_what_it_promises_and_loads_once() -> None:
    people = _people()
    cast = load_people(people)
    load_entries(FIXTURES / "entries", people, cast)
    works = Entry.objects.originals()
    assert works.count() >= 80
    assert {row["kind"] for row in works.values("kind")} == set(EntryKind.values)
    labels = Counter(works.values_list("marking__label", flat=True))
    assert all(labels[label] >= 3 for label in Tlp.values)
    for axis in (Axis.FACILITY, Axis.THREAT):
        assert EntryConcept.objects.filter(axis=axis).values("concept").distinct().count() >= 12
    for language in ("fr", "de"):
        assert Entry.objects.filter(locale__language_code=language, live=True).count() >= 10
    for entry in works:
        assert not missing_sections(entry.kind, {child.block_type for child in entry.body}), entry.source_key
        assert entry.references.exists(), entry.source_key
    for pattern in works.filter(kind=EntryKind.PATTERN):
        assert pattern.relations.filter(type="option").exists(), pattern.source_key
    for entry in works.exclude(marking__label=Tlp.CLEAR):
        assert "marked for show" in entry.marking.handling_note
    assert load_entries(FIXTURES / "entries", people, cast) == (0, 0)


@pytest.mark.django_db
def test_there_is_an_account_for_every_role_and_none_gains_anything_by_loading_again() -> None:
    people = _people()
    load_people(people)
    before = RoleAssignment.objects.count(), User.objects.count()
    load_people(people)
    assert (RoleAssignment.objects.count(), User.objects.count()) == before
    assert set(RoleAssignment.objects.values_list("role", flat=True)) == {
        "curator", "reviewer", "trainer", "contact-point", "administrator", "security-officer", "auditor"
    }  # fmt: skip


@pytest.mark.django_db
def test_guidance_is_there_in_three_languages() -> None:
    assert load_pages(FIXTURES / "guidance") == 21
    assert load_pages(FIXTURES / "guidance") == 0
    assert GuidancePage.objects.live().filter(locale__language_code="de").count() == 7


def test_plain_text_becomes_paragraphs_that_hold_no_markup() -> None:
    assert paragraphs("One <b>\nline.\n\nTwo & more.") == "<p>One &lt;b&gt; line.</p><p>Two &amp; more.</p>"


@pytest.mark.parametrize("language", ["fr", "de"])
def test_translations_keep_the_structure_of_their_originals(language: str) -> None:
    originals = {row["key"]: row for row in read_folder(FIXTURES / "entries" / "en")}
    for row in read_folder(FIXTURES / "entries" / language):
        original = originals[row["key"]]
        assert set(row["sections"]) == set(original["sections"]), row["key"]
        for name, value in original["sections"].items():
            if isinstance(value, list):
                assert len(row["sections"][name]) == len(value), (row["key"], name)
