"""Who is told that something about a marking waits, was answered or recalled? The inbox says what; mails do not."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_tasks import task

from kb import access_records
from kb.choices import ChangeKind, ChangeState, QuestionState, Reportable
from kb.marking import entry_of, may_answer, source_of
from kb.models import Entry, MarkingChange, Recall, SharingQuestion
from kb.sharing import handling, policy
from people import audit, inbox, notice_kinds
from people.choices import MailRhythm, Role
from people.models import Notice, User, in_force
from people.notice_kinds import Kind, Words
from people.roles import ROLE_ACTIONS, Action
from people.viewers import Viewer, viewer_of

MARKING, RECALLED = "marking", "recalled"


@dataclass(frozen=True)
class About:
    """Something of which people are told: those whom it may concern, and the words for one whom it does concern now."""

    kind: str
    people: Callable[[int], Iterable[User]]
    words: Callable[[int, User], Words | None]


@task()
def tell_of_marking(about: str, key: int) -> int:
    """Tell everybody whom it concerns at this moment; return how many that were. Run twice, it tells each once."""
    found = _ABOUT[about]
    told = [person for person in found.people(key) if person.is_active and found.words(key, person) is not None]
    for person in told:
        inbox.tell(recipient=person, kind=found.kind, about=(about, key))
    return len(told) + (_tell_readers(key, but=told) if about == "recall" else 0)


def words_of(user: User, notices: Sequence[Notice]) -> dict[int, Words]:
    """Return what notices say of what still concerns the person, under the clearance that the person has now."""
    said: dict[int, Words] = {}
    for notice in notices:
        about = _ABOUT.get(notice.object_kind)
        words = about.words(int(notice.object_id), user) if about and notice.object_id.isdecimal() else None
        if words is not None:
            said[notice.pk] = words
    return said


def register_kinds() -> None:
    """Make these notices known to the inbox. Of a recall everybody is told by mail, at once."""
    label = gettext_lazy("Markings: what you may decide on, and what became of your requests")
    notice_kinds.register(Kind(MARKING, label, words_of, rhythm=MailRhythm.AT_ONCE))
    notice_kinds.register(Kind(RECALLED, gettext_lazy("Recalled entries"), words_of, security=True))


def _tell_readers(key: int, but: Iterable[User]) -> int:
    """Tell those who had a recalled work, as far as records of reading go, cleared for it still or not; record whom."""
    found = _recalled(key)
    if found is None:
        return 0
    entry, recall = found
    had = {access.person for access in access_records.readers_of(Reportable.ENTRY, entry.public_id)}
    known = {person.pk for person in but} | {recall.recalled_by_id}
    count = 0
    for person in User.objects.filter(is_active=True, pk__in=had - known):
        count += 1
        if inbox.tell(recipient=person, kind=RECALLED, about=("reading", key)).is_new:
            told = {"action": "reader-told", "person": person.pk}
            audit.note(event=audit.Event.RECALL_TOLD, kind="entry", ids=[entry.public_id], data=told)
    return count


def _holding(*actions: Action) -> QuerySet[User]:
    """Return the active people one of whose roles allows one of the actions."""
    roles = [role for role in Role if ROLE_ACTIONS.get(role, frozenset()) & set(actions)]
    found = User.objects.filter(in_force("memberships__"), is_active=True, role_assignments__role__in=roles)
    return found.distinct()


def _called(entry: Entry, viewer: Viewer) -> str:
    """Return what an entry is called to somebody who may read it, and to somebody who knows its identifier only."""
    return f"“{entry.title}”" if policy.can_view(viewer, entry) else _("Entry %(key)s") % {"key": entry.public_id}


def _work(row: Any) -> Entry | None:
    works = Entry.objects.originals().select_related("marking")
    found: Entry | None = works.filter(translation_key=row.translation_key).first() if row is not None else None
    return found


def _desk(viewer: Viewer) -> str:
    return reverse("kb:desk") if viewer.vetted else ""


def _change_waits(key: int, user: User) -> Words | None:
    change = MarkingChange.objects.select_related("requested_by").filter(pk=key).first()
    entry = entry_of(change) if change is not None and change.is_open else None
    if change is None or entry is None:
        return None
    viewer, asker = viewer_of(user), viewer_of(change.requested_by)
    source = source_of(entry)
    if not handling.may_refuse(viewer, entry.marking, source, asker):
        return None
    said = _asked_for(change, agrees=handling.may_agree(viewer, entry.marking, source, asker))
    return Words(said % {"entry": _called(entry, viewer)}, reverse("kb:change", args=[key]))


def _asked_for(change: MarkingChange, *, agrees: bool) -> str:
    """Return what is asked for, and whether the reader decides or, for the source alone, may refuse."""
    if change.kind == ChangeKind.RESTORING:
        if agrees:
            return _("%(entry)s: somebody asks that it comes back after its recall, and you may decide.")
        return _("%(entry)s: somebody asks that it comes back after its recall, and you may refuse.")
    if agrees:
        return _("%(entry)s: somebody asks that more people may read it, and you may decide.")
    return _("%(entry)s: somebody asks that more people may read it, and you may refuse.")


def _change_settled(key: int, user: User) -> Words | None:
    settled = MarkingChange.objects.exclude(state__in=(ChangeState.OPEN, ChangeState.WITHDRAWN))
    change = settled.filter(pk=key, requested_by=user).first()
    if change is None:
        return None
    entry, viewer = _work(change), viewer_of(user)
    known = entry is not None and policy.clears(viewer, entry.marking)
    if entry is None or not known:
        return Words(_("What you asked for about a marking was decided, or is no longer open."), _desk(viewer))
    said = _("%(entry)s, about which you asked: %(state)s.")
    state = change.get_state_display()
    return Words(said % {"entry": _called(entry, viewer), "state": state}, _desk(viewer))


def _question_waits(key: int, user: User) -> Words | None:
    question = SharingQuestion.objects.filter(pk=key, state=QuestionState.OPEN).first()
    entry = _work(question)
    if question is None or entry is None or not may_answer(question, entry, user):
        return None
    said = _("%(entry)s: a reader asks whether it could be shared more widely, and you may answer.")
    return Words(said % {"entry": _called(entry, viewer_of(user))}, reverse("kb:question", args=[key]))


def _question_answered(key: int, user: User) -> Words | None:
    answered = (QuestionState.TAKEN_UP, QuestionState.DECLINED)
    question = SharingQuestion.objects.filter(pk=key, state__in=answered, asked_by=user).first()
    entry, viewer = _work(question), viewer_of(user)
    if question is None:
        return None
    if entry is None or not policy.clears(viewer, entry.marking):
        return Words(_("There is an answer to what you asked about wider sharing."), _desk(viewer))
    said = _("%(entry)s: there is an answer to what you asked about wider sharing.")
    return Words(said % {"entry": _called(entry, viewer)}, _desk(viewer))


def _recalled(key: int) -> tuple[Entry, Recall] | None:
    recall = Recall.objects.filter(pk=key, ended_at__isnull=True).first()
    entry = _work(recall)
    return (entry, recall) if entry is not None and recall is not None else None


def _recall_concerns(key: int, user: User) -> Words | None:
    """Contact points of those who could read it see to copies in their organisations."""
    found, viewer = _recalled(key), viewer_of(user)
    if found is None or Role.CONTACT_POINT not in viewer.roles or not policy.clears(viewer, found[0].marking):
        return None
    said = _(
        "Entry %(key)s, which your organisation could read, was recalled. Have copies and notes of its text deleted."
    )
    return Words(said % {"key": found[0].public_id}, found[0].get_absolute_url())


def _reading_recalled(key: int, user: User) -> Words | None:
    """Whoever had it knows its identifier, and is told which one it is also without a clearance for it."""
    found = _recalled(key)
    if found is None:
        return None
    said = _("Entry %(key)s, which you had, was recalled. Delete copies and notes of its text.")
    cleared = policy.clears(viewer_of(user), found[0].marking)
    return Words(said % {"key": found[0].public_id}, found[0].get_absolute_url() if cleared else "")


def _asker(key: int) -> Iterable[User]:
    return [change.requested_by for change in MarkingChange.objects.filter(pk=key) if change.requested_by]


def _questioner(key: int) -> Iterable[User]:
    return [question.asked_by for question in SharingQuestion.objects.filter(pk=key) if question.asked_by]


_ABOUT: dict[str, About] = {
    "change": About(MARKING, lambda _key: _holding(Action.LOWER_LABEL_FIRST, Action.LOWER_LABEL_SECOND), _change_waits),
    "changed": About(MARKING, _asker, _change_settled),
    "question": About(MARKING, lambda _key: _holding(Action.LOWER_LABEL_FIRST), _question_waits),
    "answered": About(MARKING, _questioner, _question_answered),
    "recall": About(RECALLED, lambda _key: _holding(Action.VET_PEOPLE), _recall_concerns),
    "reading": About(RECALLED, lambda _key: (), _reading_recalled),
}
