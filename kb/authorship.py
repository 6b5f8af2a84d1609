"""What in the knowledge base is one person's work, and how do revisions forget whose it was?

Texts stay; the tables of Wagtail lose the person with the account. What remains is inside the stored content of
revisions: who locked or owned what was saved, and comments of editors.
"""

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q
from wagtail.models import Revision

from kb.models import Entry, MarkingChange, MarkingWordUse, Report, SharingQuestion, SpillPerson
from people import personal_data
from people.models import User
from people.viewers import viewer_of

_PEOPLE = ("locked_by", "owner", "uploaded_by_user", "latest_editor")
_COMMENTS = "wagtail_admin_comments"


def register() -> None:
    """Register what entries and pages keep of a person."""
    personal_data.register("saved_versions_of_entries", export=_saved)
    personal_data.register("revisions", erase=_erase)
    personal_data.register("reports", export=_reports, erase=_erase_reports)
    personal_data.register("requests_about_markings", export=_changes)
    personal_data.register("questions_about_sharing", export=_questions)
    personal_data.register("marking_words_explained", export=_explained)
    personal_data.register("told_by_the_security_officer", export=_told)


def _saved(user: User) -> list[dict[str, Any]]:
    """Return when the person saved which entry; the title only of what the person may read now."""
    of_entries = ContentType.objects.get_for_model(Entry)
    revisions = Revision.objects.filter(content_type=of_entries, user=user).order_by("created_at")
    saved = list(revisions.values_list("object_id", "created_at"))
    readable = Entry.objects.visible_to(viewer_of(user)).filter(pk__in={int(key) for key, _at in saved})
    titles = dict(readable.values_list("pk", "title"))
    return [{"entry": key, "title": titles.get(int(key)), "saved_at": at} for key, at in saved]


def _reports(user: User) -> list[dict[str, Any]]:
    names = ("about", "key", "reason", "passage", "words", "created_at", "state", "answer")
    return [dict(row) for row in Report.objects.filter(reporter=user.pk).values(*names)]


def _changes(user: User) -> list[dict[str, Any]]:
    names = ("kind", "label", "reason", "requested_at", "state", "answered_at", "answer")
    return [dict(row) for row in MarkingChange.objects.filter(requested_by=user).values(*names)]


def _questions(user: User) -> list[dict[str, Any]]:
    names = ("audience", "reason", "asked_at", "state", "answered_at", "answer")
    return [dict(row) for row in SharingQuestion.objects.filter(asked_by=user).values(*names)]


def _explained(user: User) -> list[dict[str, Any]]:
    names = ("word", "explanation", "explained_at", "agreed_at")
    return [dict(row) for row in MarkingWordUse.objects.filter(explained_by=user).values(*names)]


def _told(user: User) -> list[dict[str, Any]]:
    names = ("spill__about", "spill__key", "part", "access", "first_at", "last_at", "told_at", "confirmed_at")
    return [dict(row) for row in SpillPerson.objects.filter(person=user.pk, told_at__isnull=False).values(*names)]


def _erase_reports(user: User) -> None:
    Report.objects.filter(reporter=user.pk).update(reporter=None)
    Report.objects.filter(answered_by=user.pk).update(answered_by=None)


def _erase(user: User) -> None:
    named = Q(**{f"content__{_COMMENTS}__0__isnull": False})
    for name in _PEOPLE:
        named |= Q(**{f"content__{name}": user.pk})
    for revision in Revision.objects.filter(named).iterator():
        content = _without(revision.content, user.pk)
        if content != revision.content:
            Revision.objects.filter(pk=revision.pk).update(content=content)


def _without(content: dict[str, Any], person: int) -> dict[str, Any]:
    """Return the content without the number of a person, and without what the person remarked."""
    kept = {name: None if name in _PEOPLE and value == person else value for name, value in content.items()}
    if _COMMENTS in kept:
        kept[_COMMENTS] = [_comment(row, person) for row in kept[_COMMENTS] or [] if row.get("user") != person]
    return kept


def _comment(row: dict[str, Any], person: int) -> dict[str, Any]:
    replies = [reply for reply in row.get("replies") or [] if reply.get("user") != person]
    resolved_by = None if row.get("resolved_by") == person else row.get("resolved_by")
    return {**row, "replies": replies, "resolved_by": resolved_by}
