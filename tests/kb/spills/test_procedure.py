"""Is what was reported hidden at once, looked at, purged and closed, each step recorded without a word of it?"""

import datetime
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from kb import access_records, marking
from kb.access_records import Access
from kb.choices import (
    AccessKind,
    OpeningReason,
    Passage,
    ReportReason,
    ReportState,
    SpillEvent,
    SpillOutcome,
    SpillPart,
    SpillState,
)
from kb.models import Entry, GuidancePage, Marking, Spill, SpillPerson, SpillStep
from kb.publishing import Frozen, publish_entry
from kb.reports import filing, targets
from kb.sharing import audience
from kb.signals import spill_step
from kb.spills import procedure, steps, telling
from people.choices import Role
from people.models import Membership
from people.viewers import ANONYMOUS, viewer_of
from search.models import OutboxItem
from tests.factories import make_circle, make_entry, make_organisation, make_user

pytestmark = pytest.mark.django_db


def opened(entry: Entry, by: int | None, *, vetted: bool = True) -> Spill:
    return procedure.open_spill(
        about="entry", key=entry.public_id, reason=ReportReason.IDENTIFIES, by=by, vetted=vetted
    )


def events(spill: Spill) -> list[str]:
    return list(spill.steps.values_list("event", flat=True))


def test_a_members_report_hides_every_language_version_at_once_and_in_search() -> None:
    entry = make_entry(label="TLP:GREEN")
    make_entry(translation_of=entry, language="fr")
    member = make_user()
    spill = opened(entry, member.pk)
    assert spill.state == SpillState.FROZEN
    for person in (member, make_user(roles=[Role.REVIEWER, Role.SECURITY_OFFICER]), make_user(superuser=True)):
        viewer = viewer_of(person)
        assert not Entry.objects.visible_to(viewer).exists()
        assert not Entry.objects.editable_by(viewer).exists()
    assert audience.of_marking(Marking.objects.get(pk=entry.marking_id)) == []
    assert OutboxItem.objects.filter(translation_key=entry.translation_key, narrowed=True).exists()
    assert events(spill) == [SpillEvent.REPORTED, SpillEvent.FROZEN, SpillEvent.ACCESS]


def test_a_report_of_somebody_we_do_not_know_hides_nothing_and_waits() -> None:
    entry = make_entry()
    learner = make_user(member=False)
    for by in (None, learner.pk):
        assert opened(entry, by, vetted=False).state == SpillState.REPORTED
    assert Entry.objects.visible_to(ANONYMOUS).filter(pk=entry.pk).exists()
    officer = make_user(roles=[Role.SECURITY_OFFICER])
    procedure.freeze(spill=Spill.objects.get(), by=officer.pk)
    assert not Entry.objects.visible_to(ANONYMOUS).filter(pk=entry.pk).exists()


def test_one_member_cannot_hide_the_library() -> None:
    member = make_user()
    states = [opened(make_entry(), member.pk).state for _number in range(procedure.MOST_FROZEN_A_DAY + 2)]
    assert states == [SpillState.FROZEN] * procedure.MOST_FROZEN_A_DAY + [SpillState.REPORTED] * 2
    SpillStep.objects.update(at=timezone.now() - datetime.timedelta(days=2))
    assert opened(make_entry(), member.pk).state == SpillState.FROZEN


def test_further_reports_about_the_same_thing_join_its_open_spill() -> None:
    entry = make_entry()
    first, second = opened(entry, None, vetted=False), opened(entry, make_user().pk)
    assert first.pk == second.pk
    assert second.state == SpillState.FROZEN
    procedure.decide(spill=second, outcome=SpillOutcome.FALSE_ALARM, by=1)
    procedure.close(spill=second, lesson="Nothing was wrong.", by=1)
    assert opened(entry, None, vetted=False).pk != first.pk


def test_nothing_of_a_frozen_entry_is_published_not_even_by_the_clock() -> None:
    entry = make_entry()
    opened(entry, make_user().pk)
    with pytest.raises(Frozen), transaction.atomic():
        publish_entry(entry=Entry.objects.get(pk=entry.pk), by=None)


def test_a_false_alarm_shows_it_again() -> None:
    entry = make_entry()
    spill = opened(entry, make_user().pk)
    procedure.decide(spill=spill, outcome=SpillOutcome.FALSE_ALARM, by=1)
    assert Entry.objects.visible_to(ANONYMOUS).filter(pk=entry.pk).exists()
    closed = procedure.close(spill=spill, lesson="The place is invented.", by=1)
    assert (closed.state, closed.lesson) == (SpillState.CLOSED, "The place is invented.")
    with pytest.raises(steps.AlreadyClosed):
        procedure.freeze(spill=closed, by=1)


def test_a_guidance_page_is_taken_off_and_comes_back_the_first_page_stays() -> None:
    page = guidance()
    spill = procedure.open_spill(
        about="page", key=str(page.pk), reason=ReportReason.MARKING, by=make_user().pk, vetted=True
    )
    assert spill.state == SpillState.FROZEN
    assert not GuidancePage.objects.get(pk=page.pk).live
    procedure.decide(spill=spill, outcome=SpillOutcome.FALSE_ALARM, by=1)
    assert GuidancePage.objects.get(pk=page.pk).live
    home = page.get_parent().get_parent()
    other = procedure.open_spill(
        about="page", key=str(home.pk), reason=ReportReason.MARKING, by=make_user().pk, vetted=True
    )
    assert other.state == SpillState.REPORTED
    home.refresh_from_db()
    assert home.live
    with pytest.raises(steps.NotHidden):
        procedure.freeze(spill=other, by=1)


@pytest.mark.parametrize("about", ["page", "site"])
def test_what_cannot_be_hidden_is_put_right_by_hand_and_its_steps_are_noted(about: str) -> None:
    reporter, key = make_user(), str(guidance().get_parent().get_parent().pk) if about == "page" else "/topics/"
    target = targets.find(about, key, viewer_of(reporter))
    assert target is not None
    report = filing.report(
        target=target, reason=ReportReason.MARKING, passage=Passage.WHOLE, words="", by=viewer_of(reporter)
    )
    spill = Spill.objects.get()
    for outcome in (SpillOutcome.REDACTED, SpillOutcome.REMOVED):
        with pytest.raises(steps.NotHidden):
            procedure.decide(spill=spill, outcome=outcome, by=1)
    spill = procedure.decide(spill=spill, outcome=SpillOutcome.BY_HAND, by=1)
    assert spill.state == SpillState.REPORTED
    left = [SpillEvent.ORIGINATOR, SpillEvent.AUTHORITY, SpillEvent.BACKUPS, SpillEvent.READERS]
    assert procedure.missing(spill) == left
    with pytest.raises(steps.StepsMissing):
        procedure.close(spill=spill, lesson="Too early.", by=1)
    telling.tell_originator(spill=spill, by=1, otherwise=True)
    assert telling.tell_readers(spill=spill, by=1) == 1
    for event in (SpillEvent.AUTHORITY, SpillEvent.BACKUPS):
        steps.note(spill=spill, event=event, by=1)
    assert procedure.close(spill=spill, lesson="Look twice.", by=1).outcome == SpillOutcome.BY_HAND
    report.refresh_from_db()
    assert report.state == ReportState.CHANGED


def test_what_can_be_hidden_is_not_put_right_by_hand() -> None:
    for vetted in (True, False):
        spill = opened(make_entry(), make_user().pk, vetted=vetted)
        with pytest.raises(steps.NotByHand):
            procedure.decide(spill=spill, outcome=SpillOutcome.BY_HAND, by=1)


def guidance() -> GuidancePage:
    from wagtail.models import Page

    from kb.models import GuidanceIndexPage, HomePage

    home = Page.get_first_root_node().add_child(instance=HomePage(title="Home", slug="h", heading="H", lead="L"))
    index = home.add_child(instance=GuidanceIndexPage(title="Guidance", slug="guidance"))
    page: GuidancePage = index.add_child(instance=GuidancePage(title="How", slug="how", summary="How it works"))
    page.save_revision().publish()
    return GuidancePage.objects.get(pk=page.pk)


def test_who_had_it_is_taken_down_from_every_record_once_a_person(monkeypatch: pytest.MonkeyPatch) -> None:
    entry = make_entry()
    reader, editor = make_user(), make_user(roles=[Role.CURATOR])
    entry.save_revision(user=editor, log_action="wagtail.edit")
    early, late = (timezone.now() - datetime.timedelta(days=days) for days in (9, 2))

    def records(about: str, key: str) -> list[Access]:
        assert (about, key) == ("entry", entry.public_id)
        return [
            Access(reader.pk, AccessKind.READ, early, early),
            Access(reader.pk, AccessKind.READ, late, late),
            Access(reader.pk, AccessKind.DOWNLOADED, late, late),
            Access(editor.pk, AccessKind.READ, late, late),
        ]

    monkeypatch.setattr(access_records, "_sources", [access_records.edited, records])
    spill = opened(entry, make_user().pk)
    found = {row.person: row for row in SpillPerson.objects.filter(spill=spill, part=SpillPart.READER)}
    assert {person: row.access for person, row in found.items()} == {
        reader.pk: AccessKind.DOWNLOADED,
        editor.pk: AccessKind.EDITED,
    }
    telling.take_down_readers(spill=spill, by=None)
    assert SpillPerson.objects.filter(spill=spill).count() == 2


def test_readers_are_told_once_and_confirm() -> None:
    entry = make_entry()
    editor = make_user(roles=[Role.CURATOR])
    entry.save_revision(user=editor, log_action="wagtail.edit")
    spill = opened(entry, make_user().pk)
    assert telling.tell_readers(spill=spill, by=1) == 1
    assert telling.tell_readers(spill=spill, by=1) == 0
    row = SpillPerson.objects.get(spill=spill)
    assert telling.confirm(row=row).confirmed_at is not None
    telling.confirm(row=row)
    assert events(spill).count(SpillEvent.CONFIRMED) == 1


def test_the_originators_contact_points_are_told_no_other_organisation() -> None:
    owner = make_organisation()
    point = make_user(organisation=owner, roles=[Role.CONTACT_POINT])
    make_user(roles=[Role.CONTACT_POINT])
    make_user(organisation=owner)
    entry = make_entry(label="TLP:AMBER+STRICT", owning_organisation=owner)
    spill = opened(entry, point.pk)
    assert telling.originators(spill) == [point]
    assert telling.tell_originator(spill=spill, by=1) == 1
    circle = make_circle(organisations=[owner])
    amber = opened(make_entry(label="TLP:AMBER", circles=[circle]), point.pk)
    assert telling.originators(amber) == [point]
    assert telling.originators(opened(make_entry(), point.pk)) == []


@pytest.mark.parametrize("label", ["TLP:CLEAR", "TLP:GREEN", "TLP:AMBER"])
def test_where_the_source_is_noted_only_its_contact_points_are_named(label: str) -> None:
    source, neighbour = make_organisation(), make_organisation()
    point = make_user(organisation=source, roles=[Role.CONTACT_POINT])
    make_user(organisation=neighbour, roles=[Role.CONTACT_POINT])
    entry = make_entry(label=label, circles=[make_circle(organisations=[source, neighbour])])
    marking.note_source(translation_key=entry.translation_key, organisation=source)
    assert telling.originators(opened(entry, None, vetted=False)) == [point]


def test_a_contact_point_of_elsewhere_who_is_a_plain_member_here_is_no_originator() -> None:
    owner, neighbour = make_organisation(), make_organisation()
    elsewhere = make_user(roles=[Role.CONTACT_POINT])
    Membership.objects.create(user=elsewhere, organisation=owner, state="active")
    strict = make_entry(label="TLP:AMBER+STRICT", owning_organisation=owner)
    assert telling.originators(opened(strict, None, vetted=False)) == []
    point = make_user(organisation=neighbour, roles=[Role.CONTACT_POINT])
    amber = make_entry(label="TLP:AMBER", circles=[make_circle(organisations=[owner, neighbour])])
    assert telling.originators(opened(amber, None, vetted=False)) == [point]


def test_opening_the_text_is_recorded_before_it_is_given() -> None:
    entry = make_entry("A title that must not be recorded", label="TLP:AMBER")
    make_entry(translation_of=entry, language="de")
    spill = opened(entry, None, vetted=False)
    texts = procedure.open_text(spill=spill, why=OpeningReason.DECIDE, by=7)
    assert len(texts) == 2
    step = spill.steps.get(event=SpillEvent.OPENED)
    assert (step.by, step.detail) == (7, OpeningReason.DECIDE)


def test_it_is_not_closed_before_every_step_was_taken() -> None:
    spill = opened(make_entry(), make_user().pk)
    with pytest.raises(steps.StepsMissing) as early:
        procedure.close(spill=spill, lesson="", by=1)
    assert early.value.missing == [SpillEvent.DECIDED]
    spill = procedure.decide(spill=spill, outcome=SpillOutcome.REMOVED, by=1)
    assert {SpillEvent.PURGED, SpillEvent.INDEX, SpillEvent.STORAGE} <= set(procedure.missing(spill))


def test_every_step_is_announced_in_numbers_and_words_of_lists() -> None:
    heard: list[dict[str, Any]] = []

    def listen(signal: Any, sender: Any, **about: Any) -> None:
        heard.append(about)

    spill_step.connect(listen)
    try:
        entry = make_entry()
        spill = opened(entry, 5)
    finally:
        spill_step.disconnect(listen)
    assert heard[0] == {"spill": spill.pk, "event": "reported", "about": "entry", "key": entry.public_id, "by": 5}


def test_the_record_of_a_spill_holds_no_word_of_the_text() -> None:
    entry = make_entry("Zwiebelturm beside Quuxstrasse", summary="Summary with Quuxplatz")
    spill = opened(entry, make_user().pk)
    procedure.open_text(spill=spill, why=OpeningReason.CHECK, by=1)
    procedure.decide(spill=spill, outcome=SpillOutcome.REMOVED, by=1)
    kept = [list(model.objects.values()) for model in (Spill, SpillStep, SpillPerson)]
    assert "quux" not in str(kept).lower()
    assert "zwiebel" not in str(kept).lower()


def test_a_second_report_of_the_same_place_on_the_site_joins_the_first() -> None:
    first, second = (
        procedure.open_spill(about="site", key="/topics/", reason=ReportReason.IDENTIFIES, by=None, vetted=False)
        for _time in range(2)
    )
    assert first == second
    assert events(first) == [SpillEvent.REPORTED, SpillEvent.REPORTED]
    other = procedure.open_spill(about="site", key="/assess/", reason=ReportReason.MARKING, by=None, vetted=False)
    assert other != first
