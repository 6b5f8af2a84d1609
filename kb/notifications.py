"""Who is told that a review waits? By a notice in the site; the mail about it says only that something waits."""

from collections.abc import Sequence

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_tasks import task
from wagtail.models import TaskState

from kb.models import Entry, TechnicalReviewTask
from people import inbox, notice_kinds
from people.choices import MailRhythm, MembershipState, Role
from people.models import Notice, User
from people.notice_kinds import Kind, Words
from people.roles import ROLE_ACTIONS, Action

REVIEW = "review"


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
    roles = [role for role in Role if Action.PUBLISH in ROLE_ACTIONS.get(role, frozenset())]
    return User.objects.filter(
        is_active=True, role_assignments__role__in=roles, memberships__state=MembershipState.ACTIVE
    ).distinct()
