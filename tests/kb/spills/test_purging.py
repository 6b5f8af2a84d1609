"""Is a purged text gone from every table, and does what has to stay stay?"""

from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings as configured
from django.core.cache import caches
from django.core.mail import EmailMessage
from django.db import models
from django.utils import timezone
from wagtail.models import Comment, CommentReply, ModelLogEntry, Revision

from kb import marking
from kb.choices import Passage, ReportReason, SpillEvent, SpillOutcome
from kb.models import Entry, EntryConcept, GuidancePage, Keyword, Report, Spill
from kb.reports import filing
from kb.reports.targets import Target
from kb.sharing import policy
from kb.spills import procedure, purging, steps, telling
from people import kept_forms
from people.kept_forms import KeptForm
from people.models import OutgoingMail
from people.viewers import ANONYMOUS, viewer_of
from tests.factories import make_entry, make_picture, make_user
from tests.kb.marking.test_lowering import World
from tests.kb.spills.test_procedure import guidance, opened

pytestmark = pytest.mark.django_db

WORD = "Quuxplatz"


@pytest.fixture(autouse=True)
def queue(settings: Any) -> None:
    settings.EMAIL_BACKEND = "people.mailing.QueueBackend"


def planted() -> Entry:
    """Return an entry whose every text holds the word, with old drafts, a translation and what stands beside it."""
    member = make_user()
    entry = make_entry(
        f"At {WORD}",
        summary=f"Near {WORD} today",
        works_when=f"at {WORD}",
        sections={
            "problem": f"<p>Near the <b>{WORD}</b>.</p>",
            "steps": [{"title": f"Walk {WORD.upper()}", "text": "ü"}],
        },
        keywords=[WORD, "kept"],
    )
    entry.references.update(title=f"Report on {WORD}", url=f"https://example.org/{WORD}")
    version = make_entry(f"An der {WORD}", translation_of=entry, language="de")
    for row in (entry, version):
        stored = Entry.objects.get(pk=row.pk)
        stored.save_revision(user=member, log_action="wagtail.create")
        stored.save_revision(user=member, log_action="wagtail.edit").publish(user=None)
    other = make_entry()
    other.relations.create(target=entry, type="supports", note=f"Also at {WORD}")
    filing.report(
        target=Target("entry", entry.public_id),
        reason=ReportReason.WRONG,
        passage=Passage.TITLE,
        words=f"{WORD} is elsewhere",
        by=ANONYMOUS,
    )
    EmailMessage("s", f"about At {WORD}", to=["a@example.org"]).send()
    EmailMessage("s", "about something else", to=["a@example.org"]).send()
    return entry


def everything() -> dict[str, list[str]]:
    """Return where the word stands, by table."""
    found: dict[str, list[str]] = {}
    for model in apps.get_models(include_auto_created=True):
        if not model._meta.managed or model._meta.proxy:
            continue
        names = [
            field.attname
            for field in model._meta.concrete_fields
            if isinstance(field, models.CharField | models.TextField | models.JSONField)
        ]
        for values in model._base_manager.values_list(*names) if names else ():
            if WORD.lower() in str(values).lower():
                found.setdefault(model._meta.label, []).append(str(values)[:200])
    return found


def decided(entry: Entry, outcome: SpillOutcome) -> Spill:
    spill = opened(entry, make_user().pk)
    return procedure.decide(spill=spill, outcome=outcome, by=1)


def test_the_word_is_in_many_tables_before() -> None:
    planted()
    assert {
        "kb.Entry",
        "kb.EntryReference",
        "kb.EntryRelation",
        "kb.Keyword",
        "kb.Report",
        "wagtailcore.Revision",
        "wagtailcore.ModelLogEntry",
        "people.OutgoingMail",
    } <= set(everything())


def test_a_passage_is_gone_from_every_table_and_the_rest_stays() -> None:
    entry = planted()
    spill = decided(entry, SpillOutcome.REDACTED)
    assert purging.redact(spill=spill, passages=[WORD.lower()], by=1) > 8
    assert everything() == {}
    stored = Entry.objects.get(pk=entry.pk)
    assert stored.title == "At […]"
    assert "Near the" in stored.section("problem").source
    assert stored.section("steps")[0]["text"].strip("</p>") == "ü"
    assert Revision.objects.for_instance(stored).count() == 1
    draft = stored.get_latest_revision_as_object()
    assert (draft.title, draft.section("problem").source) == (stored.title, stored.section("problem").source)
    assert list(Keyword.objects.values_list("name", flat=True)) == ["kept"]
    assert OutgoingMail.objects.count() == 1
    assert stored.is_made_by(ModelLogEntry.objects.get(object_id=str(entry.pk), action="wagtail.create").user)
    assert not policy.can_view(viewer_of(make_user()), stored)


def test_what_is_shown_again_after_redaction_holds_the_corrected_text() -> None:
    entry = planted()
    spill = decided(entry, SpillOutcome.REDACTED)
    purging.redact(spill=spill, passages=[WORD], by=1)
    for event in (
        SpillEvent.ORIGINATOR,
        SpillEvent.AUTHORITY,
        SpillEvent.INDEX,
        SpillEvent.STORAGE,
        SpillEvent.BACKUPS,
    ):
        steps.note(spill=spill, event=event, by=1)
    telling.tell_readers(spill=spill, by=1)
    procedure.close(spill=spill, lesson="Ask twice.", by=1)
    shown = Entry.objects.visible_to(ANONYMOUS).filter(public_id=entry.public_id)
    assert set(shown.values_list("title", flat=True)) == {"At […]", "An der […]"}


def test_a_removed_entry_leaves_its_identifier_only() -> None:
    entry = planted()
    other = make_entry()
    spill = decided(entry, SpillOutcome.REMOVED)
    purging.remove(spill=spill, by=1)
    assert everything() == {}
    stored = Entry.objects.get(pk=entry.pk)
    assert (stored.title, stored.summary, stored.live) == (entry.public_id, "", False)
    assert not EntryConcept.objects.filter(entry=stored).exists()
    assert not Revision.objects.for_instance(stored).exists()
    procedure_steps = list(spill.steps.values_list("event", flat=True))
    assert procedure_steps[-1] == SpillEvent.PURGED
    assert Entry.objects.visible_to(ANONYMOUS).filter(pk=other.pk).exists()
    for viewer in (ANONYMOUS, viewer_of(make_user(roles=["reviewer", "curator"]))):
        assert not policy.can_view(viewer, stored)
        assert not policy.can_edit(viewer, stored)


def test_a_page_loses_passages_or_goes() -> None:
    page = guidance()
    page.summary = f"On {WORD}"
    page.title = f"About {WORD}"
    page.save_revision(log_action=True).publish()
    spill = procedure.open_spill(
        about="page", key=str(page.pk), reason=ReportReason.IDENTIFIES, by=make_user().pk, vetted=True
    )
    procedure.decide(spill=spill, outcome=SpillOutcome.REDACTED, by=1)
    assert purging.redact(spill=spill, passages=[WORD], by=1)
    assert everything() == {}
    stored = GuidancePage.objects.get(pk=page.pk)
    assert (stored.title, stored.summary) == ("About […]", "On […]")
    procedure.decide(spill=spill, outcome=SpillOutcome.REMOVED, by=1)
    purging.remove(spill=spill, by=1)
    assert not GuidancePage.objects.exists()


def test_a_picture_goes_with_every_size(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    picture = make_picture(title=WORD, description=WORD)
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) > 2
    spill = procedure.open_spill(
        about="picture", key=picture.public_id, reason=ReportReason.IDENTIFIES, by=make_user().pk, vetted=True
    )
    procedure.decide(spill=spill, outcome=SpillOutcome.REDACTED, by=1)
    with pytest.raises(purging.OnlyWhole):
        purging.redact(spill=spill, passages=[WORD], by=1)
    procedure.decide(spill=spill, outcome=SpillOutcome.REMOVED, by=1)
    purging.remove(spill=spill, by=1)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    assert everything() == {}


def test_nothing_is_purged_before_the_decision_or_where_the_words_stand_nowhere() -> None:
    entry = make_entry()
    spill = opened(entry, make_user().pk)
    for purge in (
        lambda: purging.redact(spill=spill, passages=["layout"], by=1),
        lambda: purging.remove(spill=spill, by=1),
    ):
        with pytest.raises(purging.NotDecided):
            purge()
    procedure.decide(spill=spill, outcome=SpillOutcome.REDACTED, by=1)
    with pytest.raises(purging.NothingFound):
        purging.redact(spill=spill, passages=["stands nowhere"], by=1)
    assert Spill.objects.get(pk=spill.pk).purged_at is None
    assert Report.objects.count() == 0


def test_after_a_purge_it_was_no_false_alarm() -> None:
    spill = decided(planted(), SpillOutcome.REDACTED)
    purging.redact(spill=spill, passages=[WORD], by=1)
    with pytest.raises(steps.AlreadyPurged):
        procedure.decide(spill=spill, outcome=SpillOutcome.FALSE_ALARM, by=1)
    assert (timezone.now() - Spill.objects.get(pk=spill.pk).purged_at).days == 0  # type: ignore[operator]  # there is one


def keep(address: str, text: str) -> Any:
    """Return the session of somebody whose form to that address came too late."""
    session = import_module(configured.SESSION_ENGINE).SessionStore()
    assert kept_forms.keep(session, KeptForm(address, [("summary", text), ("summary", "x")], [], False), user_id="7")
    session.save()
    return type(session)(session.session_key)


def kept(session: Any) -> list[str]:
    return [form.address for form in kept_forms.take(type(session)(session.session_key), user_id="7")]


@pytest.mark.parametrize("outcome", [SpillOutcome.REDACTED, SpillOutcome.REMOVED])
def test_forms_kept_after_a_visit_go_where_they_hold_the_words_or_are_about_it(outcome: SpillOutcome) -> None:
    entry, other = planted(), make_entry()
    gone = [
        keep("/admin/snippets/kb/entry/add/lesson/", f"again: At {WORD}"),
        keep(f"/admin/snippets/kb/entry/edit/{entry.pk}/?next=x", "typed anew"),
        keep(f"/admin/snippets/kb/entry/workflow/action/{entry.pk}/reject/9/", "a comment"),
        keep(f"/fr/entries/{entry.public_id}/ask/", "a question"),
        keep(f"/reports/{Report.objects.get().pk}/", "an answer"),
    ]
    spill = decided(entry, outcome)
    gone.append(keep(f"/spills/{spill.pk}/passages/", "the passage"))
    stays = [
        keep(f"/admin/snippets/kb/entry/edit/{other.pk}/", "about something else"),
        keep(f"/admin/users/{entry.pk}/", "about a person"),
    ]
    names = [name for session in gone for name in session[kept_forms.SESSION_KEY]]
    assert all(caches["visits"].get(kept_forms.place_of(name)) for name in names)
    if outcome == SpillOutcome.REDACTED:
        purging.redact(spill=spill, passages=[WORD], by=1)
    else:
        purging.remove(spill=spill, by=1)
    assert [kept(session) for session in gone] == [[]] * len(gone)
    assert not any(caches["visits"].get(kept_forms.place_of(name)) for name in names)
    assert all(kept(session) for session in stays)
    assert spill.steps.get(event=SpillEvent.FORMS).count == len(gone)


def test_a_form_that_no_session_names_opens_for_nobody() -> None:
    session = keep("/admin/pages/1/edit/", f"At {WORD}")
    (name,) = session[kept_forms.SESSION_KEY]
    assert name not in kept_forms.place_of(name)
    with pytest.raises(kept_forms.InvalidToken):
        kept_forms._seal("another").decrypt(caches["visits"].get(kept_forms.place_of(name)).encode())


def test_what_was_asked_about_its_marking_goes_too() -> None:
    world = World()
    Entry.objects.filter(pk=world.entry.pk).update(title=f"At {WORD}")
    world.asked(reason=f"{WORD} is open to all.")
    question = marking.ask(entry=world.entry, audience=f"Friends of {WORD}", reason=WORD, by=world.other_reviewer)
    marking.decline(question=question, by=world.contact, reason=f"Not {WORD}")
    assert {"kb.MarkingChange", "kb.SharingQuestion"} <= set(everything())
    spill = decided(world.entry, SpillOutcome.REDACTED)
    purging.redact(spill=spill, passages=[WORD], by=1)
    assert everything() == {}


def test_remarks_of_editors_on_a_page_lose_the_passage() -> None:
    page, editor = guidance(), make_user()
    remark = Comment.objects.create(page=page, user=editor, text=f"Is this {WORD}?", contentpath="summary")
    CommentReply.objects.create(comment=remark, user=editor, text=f"{WORD}, yes")
    spill = procedure.open_spill(
        about="page", key=str(page.pk), reason=ReportReason.IDENTIFIES, by=editor.pk, vetted=True
    )
    procedure.decide(spill=spill, outcome=SpillOutcome.REDACTED, by=1)
    assert purging.redact(spill=spill, passages=[WORD], by=1) == 2
    assert everything() == {}
