"""Can a marking be given that may not stand, and can anything but agreement of two people lower one?"""

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from kb import curation, marking, publishing
from kb.choices import Tlp, TranslationStatus
from kb.models import Entry, Marking
from kb.models.taxonomy import StateVersion
from kb.signals import entry_relabelled
from kb.vocabulary import state_versions
from people.models import Membership
from tests.factories import locale, make_circle, make_entry, make_marking, make_organisation, make_user

pytestmark = pytest.mark.django_db


def _depth() -> int:
    """How many transactions stand in each other: the test has its own."""
    return len(transaction.get_connection().savepoint_ids)


@pytest.fixture
def relabelled() -> Any:
    heard: list[Any] = []
    outside = _depth()

    def hear(sender: Any, translation_key: Any, **kwargs: Any) -> None:
        heard.append((translation_key, _depth() > outside))

    entry_relabelled.connect(hear)
    yield heard
    entry_relabelled.disconnect(hear)


def test_amber_without_a_circle_is_refused() -> None:
    with pytest.raises(marking.CirclesMissing):
        marking.create(label="TLP:AMBER")


def test_strict_without_its_organisation_is_refused() -> None:
    with pytest.raises(marking.OwnerMissing):
        marking.create(label="TLP:AMBER+STRICT")


@pytest.mark.parametrize("label", ["TLP:RED", "red", "TLP: RED"])
def test_red_is_refused_with_what_to_do_instead(label: str) -> None:
    with pytest.raises(marking.RedRefused, match="contact its source"):
        marking.create(label=label)


def test_what_is_no_label_is_refused() -> None:
    with pytest.raises(marking.UnknownLabel):
        marking.create(label="TLP:PINK")


def test_what_a_label_does_not_use_is_left_out() -> None:
    made = marking.create(
        label="TLP:CLEAR", circles=[make_circle()], owning_organisation=make_organisation(), partner_release=True
    )
    assert made.owning_organisation is None
    assert not made.partner_release
    assert made.circle_ids() == frozenset()


def test_raising_takes_effect_on_every_language_version_at_once(relabelled: list[Any]) -> None:
    circle = make_circle()
    original = make_entry(label="TLP:GREEN")
    french = make_entry(translation_of=original, language="fr")
    before = state_versions().get("content", 0)
    marking.relabel(entry=french, label="TLP:AMBER", circles=[circle], by=make_user())
    original = Entry.objects.get(pk=original.pk)
    assert original.marking.label == Tlp.AMBER
    assert original.marking.circle_ids() == {circle.pk}
    assert relabelled == [(original.translation_key, True)]
    # Nobody without an account may notice.
    assert state_versions().get("content", 0) == before


def test_taking_a_public_entry_back_makes_public_pages_anew() -> None:
    entry = make_entry(label="TLP:CLEAR")
    before = state_versions().get("content", 0)
    marking.relabel(entry=entry, label="TLP:GREEN", by=make_user())
    assert StateVersion.objects.get(name="content").number > before


@pytest.mark.parametrize("label", ["TLP:CLEAR", "TLP:GREEN"])
def test_lowering_needs_two_people(label: str) -> None:
    entry = make_entry(label="TLP:AMBER")
    with pytest.raises(marking.LoweringNeedsTwoPeople):
        marking.relabel(entry=entry, label=label, by=make_user())
    assert Entry.objects.get(pk=entry.pk).marking.label == Tlp.AMBER


def test_letting_another_circle_read_needs_two_people() -> None:
    one, other = make_circle(), make_circle()
    entry = make_entry(label="TLP:AMBER", circles=[one])
    with pytest.raises(marking.LoweringNeedsTwoPeople):
        marking.relabel(entry=entry, label="TLP:AMBER", circles=[one, other], by=make_user())


def test_one_person_may_take_a_circle_away() -> None:
    one, other = make_circle(), make_circle()
    entry = make_entry(label="TLP:AMBER", circles=[one, other])
    marking.relabel(entry=entry, label="TLP:AMBER", circles=[one], by=make_user())
    assert Marking.objects.get(pk=entry.marking_id).circle_ids() == {one.pk}


def test_releasing_to_partners_needs_two_people_and_taking_it_back_one() -> None:
    closed = make_entry(label="TLP:GREEN")
    with pytest.raises(marking.LoweringNeedsTwoPeople):
        marking.relabel(entry=closed, label="TLP:GREEN", partner_release=True, by=make_user())
    released = make_entry(label="TLP:GREEN", partner_release=True)
    marking.relabel(entry=released, label="TLP:GREEN", by=make_user())
    assert not Marking.objects.get(pk=released.marking_id).partner_release


def test_another_organisation_and_dropping_the_chatham_house_rule_need_two_people() -> None:
    entry = make_entry(label="TLP:AMBER+STRICT")
    with pytest.raises(marking.LoweringNeedsTwoPeople):
        marking.relabel(entry=entry, label="TLP:AMBER+STRICT", owning_organisation=make_organisation(), by=make_user())
    green = make_entry(label="TLP:GREEN")
    with pytest.raises(marking.LoweringNeedsTwoPeople):
        marking.relabel(entry=green, label="TLP:GREEN", chatham_house=False, by=make_user())


def test_restricting_now_closes_an_entry_to_ones_own_organisation() -> None:
    place = make_organisation()
    entry = make_entry(label="TLP:CLEAR")
    changed = marking.restrict_now(entry=entry, by=make_user(organisation=place))
    assert (changed.label, changed.owning_organisation) == (Tlp.AMBER_STRICT, place)


def test_restricting_now_needs_an_active_membership() -> None:
    with pytest.raises(marking.NoOrganisation):
        marking.restrict_now(entry=make_entry(), by=make_user(member=False))


def _raised() -> tuple[Entry, Any]:
    """An entry that was GREEN when its revisions were made, and is AMBER now."""
    entry = make_entry(label="TLP:GREEN")
    old = entry.save_revision()
    marking.relabel(entry=entry, label="TLP:AMBER", circles=[make_circle()], by=make_user())
    return entry, old


def test_an_older_draft_cannot_lower_a_label() -> None:
    entry, old = _raised()
    entry.save_revision()
    publishing.publish_entry(entry=entry, revision=old, by=None)
    assert Entry.objects.get(pk=entry.pk).marking.label == Tlp.AMBER


def test_a_stale_revision_object_and_a_stale_save_cannot_lower_a_label() -> None:
    entry = make_entry(label="TLP:GREEN")
    stale_revision, stale = entry.save_revision(), Entry.objects.select_related("marking").get(pk=entry.pk)
    assert stale.marking.label == Tlp.GREEN
    marking.relabel(entry=entry, label="TLP:AMBER", circles=[make_circle()], by=make_user())
    stale.save()
    stale_revision.publish()
    assert Entry.objects.get(pk=entry.pk).marking.label == Tlp.AMBER


def test_a_copy_cannot_lower_a_label() -> None:
    circle = make_circle()
    entry = make_entry(marking=make_marking("TLP:AMBER", circles=[circle]))
    copy = curation.copy_entry(entry=entry, by=None)
    assert copy.marking_id != entry.marking_id
    assert (copy.marking.label, copy.marking.circle_ids()) == (Tlp.AMBER, {circle.pk})
    assert copy.public_id != entry.public_id
    assert not copy.live


def test_a_translation_cannot_lower_a_label() -> None:
    entry = make_entry(label="TLP:GREEN")
    french = curation.translate(entry=entry, locale=locale("fr"), by=None)
    assert french.translation_status == TranslationStatus.MACHINE
    marking.relabel(entry=entry, label="TLP:AMBER", circles=[make_circle()], by=make_user())
    published = publishing.publish_entry(entry=french, by=None)
    assert (published.live, published.marking.label) == (True, Tlp.AMBER)


@pytest.mark.parametrize(
    "fields",
    [
        {"label": "TLP:RED"},
        {"label": "TLP:AMBER+STRICT"},
        {"label": "TLP:CLEAR", "partner_release": True},
    ],
)
def test_the_database_refuses_what_must_never_be(fields: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Marking.objects.create(**fields)


def test_the_database_refuses_an_owner_on_any_other_label() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Marking.objects.create(label="TLP:GREEN", owning_organisation=make_organisation())


def test_a17_a_circle_with_a_partner_does_not_come_to_read_a_green_entry() -> None:
    circle = make_circle(organisations=[make_organisation(), make_organisation(is_partner=True)])
    entry = make_entry(label="TLP:GREEN")
    with pytest.raises(marking.PartnersWouldRead):
        marking.relabel(entry=entry, label="TLP:AMBER", circles=[circle], by=make_user())
    assert Entry.objects.get(pk=entry.pk).marking.label == Tlp.GREEN
    released = make_entry(label="TLP:GREEN", partner_release=True)
    marking.relabel(entry=released, label="TLP:AMBER", circles=[circle], by=make_user())


def test_a17_an_organisation_outside_the_circles_does_not_come_to_own_an_amber_entry() -> None:
    inside, outside = make_organisation(), make_organisation()
    entry = make_entry(label="TLP:AMBER", circles=[make_circle(organisations=[inside])])
    with pytest.raises(marking.OtherOrganisation):
        marking.relabel(entry=entry, label="TLP:AMBER+STRICT", owning_organisation=outside, by=make_user())
    changed = marking.relabel(entry=entry, label="TLP:AMBER+STRICT", owning_organisation=inside, by=make_user())
    assert changed.owning_organisation == inside


def test_a17_a_partner_does_not_come_to_own_a_green_entry() -> None:
    partner = make_organisation(is_partner=True)
    with pytest.raises(marking.PartnersWouldRead):
        marking.relabel(
            entry=make_entry(label="TLP:GREEN"), label="TLP:AMBER+STRICT", owning_organisation=partner, by=make_user()
        )


def test_a17_narrowing_does_not_tell_where_an_entry_comes_from() -> None:
    entry = make_entry(label="TLP:GREEN")
    with pytest.raises(marking.LoweringNeedsTwoPeople):
        marking.relabel(entry=entry, label="TLP:AMBER", circles=[make_circle()], chatham_house=False, by=make_user())


def test_a17_restricting_now_chooses_an_organisation_among_the_present_readers() -> None:
    older, inside = make_organisation(), make_organisation()
    person = make_user(organisation=older)
    Membership.objects.create(user=person, organisation=inside, state="active")
    entry = make_entry(label="TLP:AMBER", circles=[make_circle(organisations=[inside])])
    with pytest.raises(marking.OtherOrganisation):
        marking.restrict_now(entry=entry, by=person, organisation=older)
    assert marking.restrict_now(entry=entry, by=person).owning_organisation == inside


def test_restricting_now_takes_the_organisation_that_is_named_if_it_is_ones_own() -> None:
    first, second = make_organisation(), make_organisation()
    person = make_user(organisation=first)
    Membership.objects.create(user=person, organisation=second, state="active")
    changed = marking.restrict_now(entry=make_entry(label="TLP:GREEN"), by=person, organisation=second)
    assert changed.owning_organisation == second
    with pytest.raises(marking.NoOrganisation):
        marking.restrict_now(entry=make_entry(), by=person, organisation=make_organisation())


def test_restricting_now_leaves_an_entry_to_its_source_and_not_to_whoever_presses() -> None:
    home, away = make_organisation(), make_organisation()
    make_user(organisation=home)
    presser = make_user(organisation=away)
    for label in ("TLP:GREEN", "TLP:AMBER"):
        entry = make_entry(label=label, circles=[make_circle(organisations=[home, away])])
        marking.note_source(translation_key=entry.translation_key, organisation=home)
        assert marking.restrict_now(entry=entry, by=presser, organisation=away).owning_organisation == home


def test_restricting_now_passes_over_a_source_where_nobody_reads_the_entry_now() -> None:
    away, empty, partner = make_organisation(), make_organisation(), make_organisation(is_partner=True)
    make_user(organisation=partner)
    for source in (empty, partner):
        entry = make_entry(label="TLP:GREEN")
        marking.note_source(translation_key=entry.translation_key, organisation=source)
        assert marking.restrict_now(entry=entry, by=make_user(organisation=away)).owning_organisation == away
