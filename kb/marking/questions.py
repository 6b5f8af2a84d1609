"""How does a reader ask the source to share an entry more widely, and how does the source answer? Nobody is named."""

from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from kb.choices import QuestionState
from kb.marking.lowering import request_lowering, said
from kb.marking.refusals import (
    AlreadyDecided,
    AlreadyQuestioned,
    NotForThisPerson,
    NotPublished,
    TooManyQuestions,
)
from kb.marking.sources import source_of
from kb.models import Entry, MarkingChange, SharingQuestion
from kb.sharing import handling, policy
from kb.signals import question_answered, question_asked
from people.models import User, in_force
from people.viewers import viewer_of

MOST_OPEN = 5
MOST_A_DAY = 10
AUDIENCE_LENGTH, REASON_LENGTH = 120, 300


@transaction.atomic
def ask(*, entry: Entry, audience: str, reason: str, by: User) -> SharingQuestion:
    """Ask the source whether an entry could be shared with others.

    Raises NotForThisPerson, NotPublished, AlreadyQuestioned, TooManyQuestions, ReasonMissing, TooLong.
    """
    viewer = viewer_of(by)
    if not handling.may_question(viewer, entry.marking):
        raise NotForThisPerson
    if not policy.can_view(viewer, entry):
        raise NotPublished
    User.objects.select_for_update().get(pk=by.pk)  # so that nobody passes the limits by asking twice at once
    asked = SharingQuestion.objects.filter(asked_by=by)
    if asked.filter(translation_key=entry.translation_key, state=QuestionState.OPEN).exists():
        raise AlreadyQuestioned
    today = asked.filter(asked_at__gte=timezone.now() - timedelta(days=1)).count()
    if today >= MOST_A_DAY or asked.filter(state=QuestionState.OPEN).count() >= MOST_OPEN:
        raise TooManyQuestions
    place = (
        by.memberships.filter(in_force(), organisation__in=viewer.organisations)
        .select_related("organisation")
        .order_by("pk")[0]
    )
    try:
        with transaction.atomic():
            question = SharingQuestion.objects.create(
                translation_key=entry.translation_key,
                asked_by=by,
                asker_kind=place.organisation.kind,
                audience=said(audience, AUDIENCE_LENGTH),
                reason=said(reason, REASON_LENGTH),
            )
    except IntegrityError as second:
        raise AlreadyQuestioned from second
    question_asked.send(sender=SharingQuestion, question_id=question.pk)
    return question


def may_answer(question: SharingQuestion, entry: Entry, by: User) -> bool:
    """May this person answer for the source? Nobody answers an own question."""
    viewer = viewer_of(by)
    mine = question.asked_by_id == by.pk
    return not mine and policy.can_view(viewer, entry) and handling.may_ask_two(viewer, entry.marking, source_of(entry))


def _taken(question: SharingQuestion, by: User) -> tuple[Entry, SharingQuestion]:
    now = SharingQuestion.objects.select_for_update().get(pk=question.pk)
    entry = Entry.objects.originals().select_related("marking").filter(translation_key=now.translation_key).first()
    if entry is None or not may_answer(now, entry, by):
        raise NotForThisPerson
    if now.state != QuestionState.OPEN:
        raise AlreadyDecided
    return entry, now


def _settle(question: SharingQuestion, state: QuestionState, by: User, **values: Any) -> SharingQuestion:
    changed = {"state": state, "answered_by": by, "answered_at": timezone.now(), **values}
    for name, value in changed.items():
        setattr(question, name, value)
    question.save(update_fields=list(changed))
    question_answered.send(sender=SharingQuestion, question_id=question.pk)
    return question


@transaction.atomic
def take_up(*, question: SharingQuestion, by: User, **wanted: Any) -> MarkingChange:
    """Answer yes for the source: ask, as the first of two people, for the marking that is wanted.

    Takes what `request_lowering` takes. Raises what that raises, NotForThisPerson and AlreadyDecided.
    """
    entry, now = _taken(question, by)
    change = request_lowering(entry=entry, by=by, **wanted)
    _settle(now, QuestionState.TAKEN_UP, by, change=change)
    return change


@transaction.atomic
def decline(*, question: SharingQuestion, by: User, reason: str) -> SharingQuestion:
    """Answer no for the source, with a reason. Raises NotForThisPerson, AlreadyDecided, ReasonMissing, TooLong."""
    _entry, now = _taken(question, by)
    return _settle(now, QuestionState.DECLINED, by, answer=said(reason, REASON_LENGTH))


@transaction.atomic
def withdraw_question(*, question: SharingQuestion, by: User) -> SharingQuestion:
    """Take back an own question. Raises NotForThisPerson, AlreadyDecided."""
    now = SharingQuestion.objects.select_for_update().get(pk=question.pk)
    if now.asked_by_id != by.pk:
        raise NotForThisPerson
    if now.state != QuestionState.OPEN:
        raise AlreadyDecided
    return _settle(now, QuestionState.WITHDRAWN, by)
