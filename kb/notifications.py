"""Who is told by mail that something waits, without being told what?"""

from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django_tasks import task
from wagtail.models import TaskState

from kb.models import Entry, TechnicalReviewTask
from people.choices import Role
from people.mailing import ONCE
from people.models import User, in_force
from people.roles import ROLE_ACTIONS, Action

_ABOUT = "review"  # in the names of these mails


@task()
def tell_reviewers(task_state_id: int) -> int:
    """Write to everybody who may decide on this review at the moment of sending; return how many that were.

    A mail leaves the library: it names neither the entry nor who wrote it. Run twice, it still writes to each once.
    """
    found = _open_review(task_state_id)
    if found is None:
        return 0
    entry, review = found
    told = [person for person in _reviewers() if review.get_actions(entry, person)]
    for person in told:
        _write(person, f"{_ABOUT}-{task_state_id}-{person.pk}")
    return len(told)


def still_due(*, once: str, **_kwargs: Any) -> bool:
    """May a queued mail leave now? One about a review may not once that is over or the person may not decide on it."""
    about, _dash, numbers = once.partition("-")
    state, _dash, person = numbers.partition("-")
    if about != _ABOUT or not (state.isdecimal() and person.isdecimal()):
        return True
    found = _open_review(int(state))
    reader = _reviewers().filter(pk=int(person)).first()
    return found is not None and reader is not None and bool(found[1].get_actions(found[0], reader))


def _open_review(task_state_id: int) -> tuple[Entry, TechnicalReviewTask] | None:
    state = TaskState.objects.filter(pk=task_state_id, status=TaskState.STATUS_IN_PROGRESS).first()
    review = state.task.specific if state else None
    entry = Entry.objects.filter(pk=state.workflow_state.object_id).first() if state else None
    return (entry, review) if entry is not None and isinstance(review, TechnicalReviewTask) else None


def _reviewers() -> QuerySet[User]:
    roles = [role for role in Role if Action.PUBLISH in ROLE_ACTIONS.get(role, frozenset())]
    return User.objects.filter(in_force("memberships__"), is_active=True, role_assignments__role__in=roles).distinct()


def _write(person: User, once: str) -> None:
    with translation.override(settings.LANGUAGE_CODE):
        address = f"{settings.WAGTAILADMIN_BASE_URL}{reverse('wagtailadmin_home')}"
        words = _("An entry that you may decide on waits for its technical review. Sign in to see which:")
        EmailMessage(
            f"{settings.ACCOUNT_EMAIL_SUBJECT_PREFIX}{_('an entry waits for review')}",
            f"{words}\n\n{address}\n",
            to=[person.email],
            headers={ONCE: once},
        ).send()
