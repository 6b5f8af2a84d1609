"""Is a text with the words of classified documents stopped until one person explains them and another agrees?"""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from kb import marking_words
from kb.forms.handling import DeclineForm as HandlingDeclineForm
from kb.forms.handling import LoweringForm, QuestionForm, ReasonForm, RefusalForm
from kb.forms.markings import MarkingForm, RelabelForm
from kb.forms.relations import RelationForm, SupersedeForm
from kb.forms.uploads import FileUploadForm
from kb.models import Entry, MarkingWordUse
from kb.models.reviews import CommentRefused
from kb.publishing import MarkingWordsNotAgreed, publish_entry
from people.choices import Role
from people.join_forms.answering import DeclineForm, FoundForm, ProposeForm
from people.join_forms.asking import AskForm
from people.models import Organisation
from tests.factories import make_circle, make_entry, make_marking, make_user
from tests.kb.admin_forms import edit_data

pytestmark = pytest.mark.django_db

TEACHES = "What a stamp with NATO SECRET means at the gate."


def test_words_are_found_in_every_text_of_an_entry() -> None:
    entry = make_entry(
        sections={"problem": "<p>It was VS-<b>NfD</b>.</p>"}, works_when="marked FOUO", keywords=["EU SECRET"]
    )
    entry.references.update(locator="page 3, COSMIC")
    assert set(marking_words.found_in(Entry.objects.get(pk=entry.pk))) == {"VS-NfD", "FOUO", "EU SECRET", "COSMIC"}
    assert marking_words.found_in(make_entry()) == []


def test_publishing_waits_for_explanation_and_a_second_person() -> None:
    curator, reviewer = make_user(roles=[Role.CURATOR]), make_user(roles=[Role.REVIEWER])
    entry = make_entry(summary=TEACHES, live=False)
    entry.save_revision(user=curator)
    for by in (reviewer, None):
        with pytest.raises(MarkingWordsNotAgreed, match="NATO SECRET"), transaction.atomic():
            publish_entry(entry=entry, by=by)
    marking_words.explain(entry=entry, words=["NATO SECRET"], explanation="It teaches the stamp.", by=curator)
    with pytest.raises(MarkingWordsNotAgreed), transaction.atomic():
        publish_entry(entry=entry, by=reviewer)
    with pytest.raises(marking_words.SamePerson):
        marking_words.agree(entry=entry, by=curator)
    marking_words.agree(entry=entry, by=reviewer)
    assert publish_entry(entry=entry, by=reviewer).live
    with pytest.raises(marking_words.NothingToAgree):
        marking_words.agree(entry=entry, by=reviewer)


def test_another_explanation_or_another_word_is_agreed_to_anew() -> None:
    curator, reviewer = make_user(roles=[Role.CURATOR]), make_user(roles=[Role.REVIEWER])
    entry = make_entry(summary=TEACHES, live=False)
    marking_words.explain(entry=entry, words=["NATO SECRET"], explanation="One.", by=curator)
    marking_words.agree(entry=entry, by=reviewer)
    marking_words.explain(entry=entry, words=["NATO SECRET"], explanation="One.", by=curator)
    assert marking_words.not_agreed(entry) == []
    marking_words.explain(entry=entry, words=["NATO SECRET"], explanation="Two.", by=curator)
    assert marking_words.not_agreed(entry) == ["NATO SECRET"]


def test_the_database_keeps_both_from_being_one_person() -> None:
    person, entry = make_user(), make_entry()
    (row,) = marking_words.explain(entry=entry, words=["COSMIC"], explanation="Teaches.", by=person)
    with pytest.raises(IntegrityError), transaction.atomic():
        MarkingWordUse.objects.filter(pk=row.pk).update(agreed_by=person)


def test_the_form_asks_why_and_keeps_what_was_typed(client: Client) -> None:
    curator, entry = make_user(roles=[Role.CURATOR]), make_entry(live=False)
    entry.save_revision(user=curator)
    client.force_login(curator)
    address = reverse(Entry.snippet_viewset.get_url_name("edit"), args=[entry.pk])
    data = edit_data(entry, summary=TEACHES)
    refused = client.post(address, data)
    assert refused.status_code == 200
    page = refused.content.decode()
    assert "“NATO SECRET”" in page
    assert TEACHES in page
    assert not MarkingWordUse.objects.exists()
    assert client.post(address, {**data, "words_explained": "It teaches the stamp."}).status_code == 302
    row = MarkingWordUse.objects.get()
    assert (row.word, row.explanation, row.explained_by, row.agreed_at) == (
        "NATO SECRET",
        "It teaches the stamp.",
        curator,
        None,
    )


def test_a_second_person_agrees_in_the_editing_interface_the_first_cannot(client: Client) -> None:
    curator, reviewer = make_user(roles=[Role.CURATOR]), make_user(roles=[Role.REVIEWER])
    entry = make_entry(summary=TEACHES, live=False)
    entry.save_revision(user=curator)
    marking_words.explain(entry=entry, words=["NATO SECRET"], explanation="It teaches the stamp.", by=curator)
    address = reverse(Entry.snippet_viewset.get_url_name("words"), args=[entry.pk])
    client.force_login(curator)
    assert "somebody else has to agree" in client.post(address, {}).content.decode()
    client.force_login(make_user())
    assert client.post(address, {}).status_code == 404
    client.force_login(reviewer)
    shown = client.get(address).content.decode()
    assert "It teaches the stamp." in shown
    assert TEACHES in shown
    assert client.post(address, {}).status_code == 302
    assert MarkingWordUse.objects.get().agreed_by == reviewer


def test_notes_of_relations_take_none_of_these_words() -> None:
    reviewer, entry, other = make_user(roles=[Role.REVIEWER]), make_entry(), make_entry()
    for form_class, more in ((RelationForm, {"type": "supports", "indicators": ""}), (SupersedeForm, {})):
        data = {"target": other.public_id, "note": "See the EU SECRET annex", **more}
        form = form_class(data, entry=entry, user=reviewer)
        assert list(form.errors) == ["note"]
        assert form_class({**data, "note": "See the annex"}, entry=entry, user=reviewer).is_valid()


def test_a_file_whose_name_says_that_it_is_classified_is_refused() -> None:
    sent = SimpleUploadedFile("VS-NfD_plan.txt", b"Shut it.")
    form = FileUploadForm({"title": "RESTREINT UE"}, {"file": sent}, user=make_user(roles=[Role.CURATOR]))
    assert "marked" in str(form.errors["file"])
    assert "marked" in str(form.errors["title"])
    sent = SimpleUploadedFile("plan.txt", b"Shut it.")
    form = FileUploadForm({"title": "Plan"}, {"file": sent}, user=make_user(roles=[Role.CURATOR]))
    assert not {"file", "title"} & set(form.errors)


BAD = "As the RESTREINT UE report says"


@pytest.mark.parametrize(
    ("form_class", "field"),
    [
        *((LoweringForm, "reason"), (RefusalForm, "reason"), (ReasonForm, "reason"), (HandlingDeclineForm, "reason")),
        *((QuestionForm, "audience"), (QuestionForm, "reason"), (MarkingForm, "handling_note")),
        *((AskForm, "reason"), (AskForm, "organisation_name"), (AskForm, "languages"), (AskForm, "expertise")),
        *((DeclineForm, "reason"), (ProposeForm, "name"), (ProposeForm, "purpose"), (FoundForm, "name")),
    ],
)
def test_what_people_write_to_each_other_takes_none_of_these_words(form_class: Any, field: str) -> None:
    person, entry = make_user(roles=[Role.CURATOR]), make_entry(label="TLP:GREEN")
    more: dict[Any, dict[str, Any]] = {
        LoweringForm: {"entry": entry, "user": person},
        ProposeForm: {"organisations": Organisation.objects.none()},
    }
    for text, stopped in ((BAD, True), ("As the report says", False)):
        form = form_class({field: text}, **more.get(form_class, {}))
        assert ("RESTREINT UE" in str(form.errors.get(field, ""))) is stopped
        assert (field in form.errors) is stopped


def test_a_handling_note_that_stands_already_keeps_nobody_from_narrowing() -> None:
    circle = make_circle()
    person = make_user(roles=[Role.CURATOR], circles=[circle])
    entry = make_entry(marking=make_marking("TLP:GREEN", handling_note=BAD))
    data = {"label": "TLP:AMBER", "circles": [circle.pk], "handling_note": BAD}
    assert RelabelForm(data, entry=entry, user=person).is_valid()
    again = RelabelForm({**data, "handling_note": f"{BAD}!"}, entry=entry, user=person)
    assert "handling_note" in again.errors


@pytest.mark.parametrize("action", ["approve", "reject"])
def test_no_comment_of_a_review_takes_them_through_the_form_or_past_it(client: Client, action: str) -> None:
    curator, reviewer = make_user(roles=[Role.CURATOR]), make_user(roles=[Role.REVIEWER])
    entry = make_entry(live=False)
    entry.save_revision(user=curator)
    entry.get_workflow().start(entry, curator)
    state = entry.current_workflow_task_state
    client.force_login(reviewer)
    name = Entry.snippet_viewset.get_url_name("workflow_action")
    address = reverse(name, args=[entry.pk, action, state.pk])
    revision = Entry.objects.get(pk=entry.pk).latest_revision_id
    answer = client.post(
        f"{address}?revision={revision}", {"comment": BAD}, headers={"X-Requested-With": "XMLHttpRequest"}
    )
    assert "RESTREINT UE" in answer.content.decode()
    with pytest.raises(CommentRefused):
        state.task.specific.on_action(state, reviewer, action, comment=BAD)
    state.refresh_from_db()
    assert (state.status, state.comment) == ("in_progress", "")
    client.post(f"{address}?revision={revision}", {"comment": "Well done."})
    state.refresh_from_db()
    assert (state.status != "in_progress", state.comment) == (True, "Well done.")
