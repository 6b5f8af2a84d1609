"""Does a report reach those who may act on it, and nobody else?"""

import pytest

from kb.choices import Passage, ReportReason, ReportState, SpillState
from kb.models import Report, Spill
from kb.reports import filing, targets
from kb.reports.targets import Target
from people.choices import Role
from people.models import User
from people.viewers import ANONYMOUS, Viewer, viewer_of
from tests.factories import make_circle, make_entry, make_file, make_marking, make_picture, make_user

pytestmark = pytest.mark.django_db


def filed(target: Target | None, reason: ReportReason, by: Viewer = ANONYMOUS, words: str = "It changed.") -> Report:
    assert target is not None
    return filing.report(target=target, reason=reason, passage=Passage.TITLE, words=words, by=by)


def viewer(**about: object) -> Viewer:
    user: User = make_user(**about)  # type: ignore[arg-type]  # any field of a user
    return viewer_of(user)


def test_only_what_the_viewer_sees_can_be_reported() -> None:
    hidden = make_entry(label="TLP:AMBER")
    member = viewer()
    assert targets.find("entry", hidden.public_id, member) is None
    assert targets.find("entry", "nothere9", member) is None
    assert targets.find("entry", make_entry().public_id, ANONYMOUS) is not None
    for about, key in (
        ("file", "1"),
        ("picture", "1"),
        ("page", "0"),
        ("page", "x"),
        ("what", "1"),
        ("file", "9" * 30),
    ):
        assert targets.find(about, key, member) is None


def test_a_report_of_what_gives_away_keeps_no_words() -> None:
    report = filed(targets.find("entry", make_entry().public_id, ANONYMOUS), ReportReason.IDENTIFIES, words="It is X")
    assert (report.words, report.state) == ("", ReportState.SPILL)
    assert report.spill is not None
    assert report.spill.state == SpillState.REPORTED


def test_a_vetted_member_hides_it_an_outsider_of_it_does_not() -> None:
    entry = make_entry()
    report = filed(targets.find("entry", entry.public_id, viewer()), ReportReason.MARKING, viewer())
    assert report.spill is not None
    assert report.spill.state == SpillState.FROZEN
    assert targets.find("entry", entry.public_id, viewer()) is None


def test_what_is_wrong_waits_for_editors_within_reach_only() -> None:
    circle = make_circle()
    inside, outside = viewer(roles=[Role.REVIEWER], circles=[circle]), viewer(roles=[Role.CURATOR])
    entry = make_entry(label="TLP:AMBER", circles=[circle])
    report = filed(targets.find("entry", entry.public_id, inside), ReportReason.WRONG, inside)
    assert list(filing.queue_of(inside)) == [report]
    for other in (outside, viewer(circles=[circle]), viewer(roles=[Role.ADMINISTRATOR]), viewer(superuser=True)):
        assert list(filing.queue_of(other)) == []
    elsewhere = filed(Target("site", "/topics/"), ReportReason.OUTDATED)
    assert list(filing.queue_of(viewer(roles=[Role.ADMINISTRATOR]))) == [elsewhere]
    assert list(filing.queue_of(inside)) == [report]


def test_a_report_is_answered_once_and_its_reporter_sees_the_answer() -> None:
    reporter, curator = viewer(), viewer(roles=[Role.CURATOR])
    report = filed(targets.find("entry", make_entry().public_id, reporter), ReportReason.WRONG, reporter)
    filing.answer(report=report, state=ReportState.KEPT, words="It still holds.", by=curator)
    with pytest.raises(filing.NotOpen):
        filing.answer(report=report, state=ReportState.CHANGED, words="", by=curator)
    assert [(row.state, row.answer) for row in filing.own(reporter)] == [(ReportState.KEPT, "It still holds.")]
    assert list(filing.own(curator)) == []
    assert list(filing.own(ANONYMOUS)) == []


def test_nobody_reports_without_end() -> None:
    member, target = viewer(), Target("site", "/search/")
    for _number in range(filing.MOST_AN_HOUR):
        filed(target, ReportReason.WRONG, member)
    with pytest.raises(filing.TooManyReports):
        filed(target, ReportReason.WRONG, member)


def test_the_place_on_the_site_is_an_address_and_no_sentence() -> None:
    assert targets.find("site", "/search/?q=x", ANONYMOUS) is not None
    assert targets.find("site", "the mayor of the town", ANONYMOUS) is None
    entry = make_entry()
    for place in (entry.public_id, f"/entries/{entry.public_id}/", f"https://x.example/fr/entries/{entry.public_id}/"):
        found = targets.named(place, ANONYMOUS)
        assert found is not None
        assert found.key == entry.public_id
    assert targets.named(make_entry(label="TLP:GREEN").public_id, ANONYMOUS) is None
    assert Spill.objects.count() == 0


def test_a_report_about_a_hidden_picture_or_file_waits_with_those_who_may_see_it() -> None:
    circle = make_circle()
    picture, document = (make(make_marking("TLP:AMBER", circles=[circle])) for make in (make_picture, make_file))
    for about, item in (("picture", picture), ("file", document)):
        Report.objects.create(about=about, key=item.public_id, reason="wrong", words="Zwiebelturm")
    page = Report.objects.create(about="page", key="1", reason="wrong")
    inside = viewer(roles=[Role.REVIEWER], circles=[circle])
    assert filing.queue_of(inside).count() == 2
    assert set(filing.queue_of(viewer(roles=[Role.ADMINISTRATOR]))) == {page}
    assert filing.queue_of(viewer(roles=[Role.ADMINISTRATOR], circles=[circle])).count() == 3
    assert not filing.queue_of(viewer(circles=[circle])).exists()
