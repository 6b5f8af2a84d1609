"""Who is told that a review or a spill waits? No mail says what it is about; notices in the site may."""

from collections.abc import Sequence

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_tasks import task
from wagtail.models import TaskState

from kb.choices import SpillPart, SpillState
from kb.models import Entry, Spill, SpillPerson, TechnicalReviewTask
from kb.spills import telling
from people import inbox, notice_kinds
from people.choices import MailRhythm, Role
from people.models import Notice, User, in_force
from people.notice_kinds import Kind, Words
from people.roles import ROLE_ACTIONS, Action

REVIEW, SPILL, TOLD = "review", "spill", "spill-told"


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
    """Make these notices known to the inbox. Of spills everybody is told by mail, at once."""
    label = gettext_lazy("Entries that you may review")
    notice_kinds.register(Kind(REVIEW, label, review_words, rhythm=MailRhythm.AT_ONCE))
    notice_kinds.register(Kind(SPILL, gettext_lazy("Reports for the security officer"), spill_words, security=True))
    notice_kinds.register(Kind(TOLD, gettext_lazy("Notices of the security officer"), told_words, security=True))


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
    """Tell every security officer that something was reported, where there is none the administrators; return how many.

    They do not find the spill themselves; they name somebody who does.
    """
    waiting = Spill.objects.filter(pk=spill_id).exclude(state=SpillState.CLOSED)
    people = (holders_of(Action.SPILL) or holders_of(Action.ADMINISTER)) if waiting.exists() else ()
    for person in people:
        inbox.tell(recipient=person, kind=SPILL, about=("spill", spill_id))
    return len(people)


def spill_words(user: User, notices: Sequence[Notice]) -> dict[int, Words]:
    """Return what notices say of open spills to a security officer, and to an administrator while there is none."""
    officers = holders_of(Action.SPILL)
    officer = officers.filter(pk=user.pk).exists()
    if not officer and (officers.exists() or not holders_of(Action.ADMINISTER).filter(pk=user.pk).exists()):
        return {}
    numbers = {notice.pk: int(notice.object_id) for notice in notices if notice.object_id.isdecimal()}
    waiting = Spill.objects.filter(pk__in=numbers.values()).exclude(state=SpillState.CLOSED).in_bulk()
    return {key: _of_spill(waiting[number], officer=officer) for key, number in numbers.items() if number in waiting}


def _of_spill(spill: Spill, *, officer: bool) -> Words:
    if officer:
        text = _("Something was reported that may have to be hidden at once: spill %(number)s.")
        return Words(text % {"number": spill.pk}, spill.get_absolute_url())
    text = _(
        "Something was reported that may have to be hidden at once, and no security officer is named: spill "
        "%(number)s. Give somebody the role now; they find it under “Spills”."
    )
    return Words(text % {"number": spill.pk}, reverse("roles:add"))


@task()
def tell_people_of_spill(person_ids: list[int]) -> int:
    """Tell readers and originators that something of a spill waits for them here; return how many that were."""
    rows = list(SpillPerson.objects.filter(pk__in=person_ids, told_at__isnull=False))
    people = User.objects.filter(is_active=True).in_bulk([row.person for row in rows])
    for row in rows:
        if row.person in people:
            inbox.tell(recipient=people[row.person], kind=TOLD, about=("spillperson", row.pk))
    return len(people)


def told_words(user: User, notices: Sequence[Notice]) -> dict[int, Words]:
    """Return what notices say to readers and originators. What it is about stands on the page where they confirm."""
    numbers = {notice.pk: int(notice.object_id) for notice in notices if notice.object_id.isdecimal()}
    mine = SpillPerson.objects.filter(pk__in=numbers.values(), person=user.pk, told_at__isnull=False)
    parts = dict(mine.values_list("pk", "part"))
    texts = {
        SpillPart.READER: _(
            "Something that you had may not be passed on. Read which entry it was, delete what you have of it, and "
            "confirm."
        ),
        SpillPart.ORIGINATOR: _("Something that may come from your organisation was reported. Read which entry it is."),
    }
    address = reverse("kb:told")
    return {key: Words(texts[SpillPart(parts[number])], address) for key, number in numbers.items() if number in parts}


@transaction.atomic
def confirm(row: SpillPerson, user: User) -> None:
    """Note that somebody did what the security officer asked for; the notice of it waits no longer."""
    telling.confirm(row=row)
    for notice in user.notices.filter(kind=TOLD, object_kind="spillperson", object_id=str(row.pk)):
        inbox.mark_read(user=user, key=notice.pk)
