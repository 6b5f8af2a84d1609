"""Who is told by mail that something about a marking waits, was answered or recalled, without being told of what?"""

from collections.abc import Callable, Iterator
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import reverse
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_tasks import task

from kb.choices import ChangeState, QuestionState
from kb.marking import entry_of, may_answer, source_of
from kb.models import Entry, MarkingChange, Recall, SharingQuestion
from kb.sharing import handling, policy
from people.choices import Role
from people.mailing import ONCE
from people.models import User, in_force
from people.roles import ROLE_ACTIONS, Action
from people.viewers import viewer_of

_ABOUT = "marking"  # in the names of these mails

WORDS: dict[str, tuple[str | Promise, str | Promise]] = {
    "change": (
        gettext_lazy("a change of marking waits for a second person"),
        gettext_lazy("Somebody asked that more people may read an entry, and you may decide on it. Sign in to see:"),
    ),
    "changed": (
        gettext_lazy("your request about a marking is settled"),
        gettext_lazy("What you asked for was decided, or is no longer open. Sign in to see how:"),
    ),
    "question": (
        gettext_lazy("a reader asks about wider sharing"),
        gettext_lazy("A reader asks whether an entry could be shared more widely. You may answer. Sign in to see:"),
    ),
    "answered": (
        gettext_lazy("your question about wider sharing is answered"),
        gettext_lazy("There is an answer to what you asked about wider sharing. Sign in to read it:"),
    ),
    "recall": (
        gettext_lazy("an entry was recalled"),
        gettext_lazy(
            "An entry that your organisation could read was recalled by its source. "
            "Have copies and notes of its text deleted. Sign in to see which one:"
        ),
    ),
}


@task()
def tell_of_marking(about: str, key: int) -> int:
    """Write to everybody who is to know at the moment of sending; return how many that were.

    A mail leaves the library: it names neither the entry nor anybody. Run twice, it still writes to each once.
    """
    told = [person for person in _AUDIENCES[about](key) if person.is_active]
    for person in told:
        _write(person, about, f"{_ABOUT}-{about}-{key}-{person.pk}")
    return len(told)


def still_due(*, once: str, **_kwargs: Any) -> bool:
    """May a queued mail leave now? Only while its reader would still be told."""
    parts = once.split("-")
    if parts[0] != _ABOUT or len(parts) != 4 or parts[1] not in _AUDIENCES:
        return True
    _name, about, key, person = parts
    return key.isdecimal() and any(str(told.pk) == person for told in _AUDIENCES[about](int(key)))


def _holding(*actions: Action) -> Iterator[User]:
    """Yield the active people one of whose roles allows one of the actions."""
    roles = [role for role in Role if ROLE_ACTIONS.get(role, frozenset()) & set(actions)]
    found = User.objects.filter(in_force("memberships__"), is_active=True, role_assignments__role__in=roles)
    yield from found.distinct()


def _deciders(key: int) -> Iterator[User]:
    change = MarkingChange.objects.select_related("requested_by").filter(pk=key).first()
    entry = entry_of(change) if change is not None and change.is_open else None
    if change is None or entry is None:
        return
    asker, source = viewer_of(change.requested_by), source_of(entry)
    for person in _holding(Action.LOWER_LABEL_SECOND):
        if handling.may_agree(viewer_of(person), entry.marking, source, asker):
            yield person


def _asker(key: int) -> Iterator[User]:
    change = MarkingChange.objects.exclude(state__in=(ChangeState.OPEN, ChangeState.WITHDRAWN)).filter(pk=key).first()
    if change is not None and change.requested_by is not None:
        yield change.requested_by


def _answerers(key: int) -> Iterator[User]:
    question = SharingQuestion.objects.filter(pk=key, state=QuestionState.OPEN).first()
    works = Entry.objects.originals().select_related("marking")
    entry = works.filter(translation_key=question.translation_key).first() if question is not None else None
    if question is None or entry is None:
        return
    for person in _holding(Action.LOWER_LABEL_FIRST):
        if may_answer(question, entry, person):
            yield person


def _questioner(key: int) -> Iterator[User]:
    settled = SharingQuestion.objects.filter(state__in=(QuestionState.TAKEN_UP, QuestionState.DECLINED))
    question = settled.filter(pk=key).first()
    if question is not None and question.asked_by is not None:
        yield question.asked_by


def _contact_points(key: int) -> Iterator[User]:
    recalled = Recall.objects.filter(pk=key, ended_at__isnull=True).first()
    works = Entry.objects.originals().select_related("marking")
    entry = works.filter(translation_key=recalled.translation_key).first() if recalled is not None else None
    if entry is None:
        return
    for person in _holding(Action.VET_PEOPLE):
        viewer = viewer_of(person)
        if Role.CONTACT_POINT in viewer.roles and policy.clears(viewer, entry.marking):
            yield person


_AUDIENCES: dict[str, Callable[[int], Iterator[User]]] = {
    "change": _deciders,
    "changed": _asker,
    "question": _answerers,
    "answered": _questioner,
    "recall": _contact_points,
}


def _write(person: User, about: str, once: str) -> None:
    with translation.override(settings.LANGUAGE_CODE):
        subject, words = WORDS[about]
        address = f"{settings.WAGTAILADMIN_BASE_URL}{reverse('kb:desk')}"
        EmailMessage(
            f"{settings.ACCOUNT_EMAIL_SUBJECT_PREFIX}{subject}",
            f"{words}\n\n{address}\n\n{_('Nothing of it stands in this mail, because mails leave the library.')}\n",
            to=[person.email],
            headers={ONCE: once},
        ).send()
