"""Who is told by mail that something waits, without being told what?"""

from django.conf import settings
from django.core.mail import send_mail
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django_tasks import task
from wagtail.models import TaskState

from kb.models import Entry, TechnicalReviewTask
from people.choices import MembershipState, Role
from people.models import User
from people.roles import ROLE_ACTIONS, Action


@task()
def tell_reviewers(task_state_id: int) -> int:
    """Write to everybody who may decide on this review at the moment of sending; return how many that were.

    A mail leaves the library: it names neither the entry nor who wrote it.
    """
    state = TaskState.objects.filter(pk=task_state_id, status=TaskState.STATUS_IN_PROGRESS).first()
    review = state.task.specific if state else None
    entry = Entry.objects.filter(pk=state.workflow_state.object_id).first() if state else None
    if entry is None or not isinstance(review, TechnicalReviewTask):
        return 0
    told = [person for person in _reviewers() if review.get_actions(entry, person)]
    for person in told:
        _write(person)
    return len(told)


def _reviewers() -> QuerySet[User]:
    roles = [role for role in Role if Action.PUBLISH in ROLE_ACTIONS.get(role, frozenset())]
    return User.objects.filter(
        is_active=True, role_assignments__role__in=roles, memberships__state=MembershipState.ACTIVE
    ).distinct()


def _write(person: User) -> None:
    with translation.override(settings.LANGUAGE_CODE):
        address = f"{settings.WAGTAILADMIN_BASE_URL}{reverse('wagtailadmin_home')}"
        words = _("An entry that you may decide on waits for its technical review. Sign in to see which:")
        send_mail(
            f"{settings.ACCOUNT_EMAIL_SUBJECT_PREFIX}{_('an entry waits for review')}",
            f"{words}\n\n{address}\n",
            None,
            [person.email],
        )
