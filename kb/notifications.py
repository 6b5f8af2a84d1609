"""Who is told that a review or a spill waits? No mail says what it is about; notices in the site may."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_tasks import task
from wagtail.models import TaskState

from kb.choices import SpillState
from kb.models import Entry, Spill, SpillPerson, TechnicalReviewTask
from people import inbox, notice_kinds
from people.choices import MailRhythm, Role
from people.mailing import ONCE
from people.models import Notice, User, in_force
from people.notice_kinds import Kind, Words
from people.roles import ROLE_ACTIONS, Action

REVIEW = "review"
# In the names of mails.
_SPILL, _TOLD = "spill", "told"


@task()
def tell_reviewers(task_state_id: int) -> int:
    """Tell everybody who may decide on this review now; return how many that were. Run twice, it tells each once."""
    found = _open_review(task_state_id)
    if found is None:
        return 0
    entry, review, state = found
    told = [person for person in _reviewers() if review.get_actions(entry, person)]
    for person in told:
        inbox.tell(recipient=person, kind=REVIEW, about=state)
    return len(told)


def review_words(user: User, notices: Sequence[Notice]) -> dict[int, Words]:
    """Return what notices say of reviews that are open and that the person may decide on now."""
    found: dict[int, Words] = {}
    for notice in notices:
        open_review = _open_review(int(notice.object_id)) if notice.object_id.isdecimal() else None
        if open_review is None or not _reviewers().filter(pk=user.pk).exists():
            continue
        entry, review, _state = open_review
        if review.get_actions(entry, user):
            text = _("“%(title)s” waits for its technical review.") % {"title": entry.title}
            found[notice.pk] = Words(text, reverse(Entry.snippet_viewset.get_url_name("edit"), args=[entry.pk]))
    return found


def register_kinds() -> None:
    """Make the notices of the knowledge base known to the inbox."""
    label = gettext_lazy("Entries that you may review")
    notice_kinds.register(Kind(REVIEW, label, review_words, rhythm=MailRhythm.AT_ONCE))


def _open_review(task_state_id: int) -> tuple[Entry, TechnicalReviewTask, TaskState] | None:
    state = TaskState.objects.filter(pk=task_state_id, status=TaskState.STATUS_IN_PROGRESS).first()
    review = state.task.specific if state else None
    entry = Entry.objects.filter(pk=state.workflow_state.object_id).first() if state else None
    if state is None or entry is None or not isinstance(review, TechnicalReviewTask):
        return None
    return entry, review, state


def _reviewers() -> QuerySet[User]:
    return holders_of(Action.PUBLISH)


def holders_of(action: Action) -> QuerySet[User]:
    """Return the active, vetted people whose role carries the action."""
    roles = [role for role in Role if action in ROLE_ACTIONS.get(role, frozenset())]
    return User.objects.filter(in_force("memberships__"), is_active=True, role_assignments__role__in=roles).distinct()


@task()
def tell_security_officers(spill_id: int) -> int:
    """Write to every security officer that something was reported, not what; return how many that were."""
    waiting = Spill.objects.filter(pk=spill_id).exclude(state=SpillState.CLOSED)
    officers = holders_of(Action.SPILL) if waiting.exists() else User.objects.none()
    words = gettext_lazy("Something was reported that may have to be hidden at once. Sign in to see what:")
    for person in officers:
        _send(
            person,
            gettext_lazy("a report waits for you"),
            words,
            reverse("kb:spills"),
            f"{_SPILL}-{spill_id}-{person.pk}",
        )
    return len(officers)


@task()
def tell_people_of_spill(person_ids: list[int]) -> int:
    """Write to readers and originators that something of a spill waits for them here; return how many that were."""
    rows = list(SpillPerson.objects.filter(pk__in=person_ids, told_at__isnull=False))
    people = User.objects.filter(is_active=True).in_bulk([row.person for row in rows])
    words = gettext_lazy(
        "The security officer has something to tell you that cannot stand in a mail. Sign in to read it:"
    )
    for row in rows:
        if row.person in people:
            once = f"{_TOLD}-{row.pk}-{row.person}"
            _send(people[row.person], gettext_lazy("please sign in and read a notice"), words, reverse("kb:told"), once)
    return len(people)


def _spill_still_due(about: str, number: int, person: int) -> bool:
    """May a mail about a spill leave? While the case is open, and the person has still to do with it."""
    if about == _SPILL:
        waiting = Spill.objects.filter(pk=number).exclude(state=SpillState.CLOSED).exists()
        return waiting and holders_of(Action.SPILL).filter(pk=person).exists()
    told = SpillPerson.objects.filter(pk=number, person=person, confirmed_at=None)
    return told.exists() and User.objects.filter(pk=person, is_active=True).exists()


def still_due(*, once: str, **_kwargs: Any) -> bool:
    """May a queued mail about a spill leave now?"""
    about, _dash, numbers = once.partition("-")
    first, _dash, second = numbers.partition("-")
    if about in (_SPILL, _TOLD) and first.isdecimal() and second.isdecimal():
        return _spill_still_due(about, int(first), int(second))
    return True


def _send(person: User, subject: str | Promise, words: str | Promise, path: str, once: str) -> None:
    with translation.override(settings.LANGUAGE_CODE):
        EmailMessage(
            f"{settings.ACCOUNT_EMAIL_SUBJECT_PREFIX}{subject}",
            f"{words}\n\n{settings.WAGTAILADMIN_BASE_URL}{path}\n",
            to=[person.email],
            headers={ONCE: once},
        ).send()
