"""How does a marking change at once? By one person only towards fewer readers."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from wagtail.log_actions import log

from kb.choices import ChangeState, Tlp
from kb.marking.making import Facts, checked, readers_of, readers_under
from kb.marking.refusals import REFUSALS, LoweringNeedsTwoPeople, NoOrganisation, OtherOrganisation
from kb.marking.sources import source_of
from kb.models import Entry, Marking, MarkingChange
from kb.public_state import note_change
from kb.sharing.readers import fitting, gain
from kb.signals import change_answered, entry_relabelled
from people import audit
from people.models import Circle, Membership, Organisation, User, in_force


@transaction.atomic
def relabel(
    *,
    entry: Entry,
    label: str,
    by: User | None,
    circles: Iterable[Circle] = (),
    owning_organisation: Organisation | None = None,
    partner_release: bool = False,
    chatham_house: bool | None = None,
    handling_note: str | None = None,
) -> Marking:
    """Change the marking of an entry's work at once, past any draft. Raises MarkingRefused.

    What would let anybody read, or be told where it comes from, who may not now is refused with
    LoweringNeedsTwoPeople or the one of its kind that says who that is.
    """
    marking = Marking.objects.select_for_update().get(pk=entry.marking_id)
    house = marking.chatham_house if chatham_house is None else chatham_house
    note = marking.handling_note if handling_note is None else handling_note
    wanted = checked(Facts(label, tuple(circles), owning_organisation, partner_release, house, note))
    check_narrower(marking, wanted)
    put(marking, wanted, entry=entry, by=by)
    return marking


def check_narrower(marking: Marking, wanted: Facts) -> None:
    """Raise LoweringNeedsTwoPeople, or its kind, where these facts would let anybody read or be told more."""
    gained = gain(readers_of(marking), readers_under(wanted))
    if gained is not None:
        raise REFUSALS[gained]
    if marking.chatham_house and not wanted.chatham_house:
        raise LoweringNeedsTwoPeople


def put(marking: Marking, facts: Facts, *, entry: Entry, by: User | None, widens: bool = False) -> None:
    """Write facts into a marking that is held, and announce it. Whether they may stand, the caller has asked.

    What waits for a second person was asked of another marking: it is overtaken. What widens is recorded before it
    holds. Raises people.audit.NotRecorded.
    """
    before = marking.label
    write_facts(marking, facts)
    log(instance=entry, action="kb.relabel", user=by, data={"before": before, "after": str(facts.label)})
    overtake(entry)
    _announce(marking, public=Tlp.CLEAR in (before, facts.label))
    record_change("entry", entry.public_id, before=before, after=facts.label, by=by, widens=widens)
    entry.marking = marking


def write_facts(marking: Marking, facts: Facts) -> None:
    """Write facts that may stand into a marking that is held; what freezes it stays."""
    for name, value in facts.columns.items():
        setattr(marking, name, value)
    marking.save()
    marking.circles.set(facts.circles)


def record_change(kind: str, key: str, *, before: str, after: str, by: User | None, widens: bool = False) -> None:
    """Put a changed label into the audit log. Raises people.audit.NotRecorded for one that widens."""
    write = audit.require if widens else audit.note
    write(
        event=audit.Event.LABEL_CHANGED,
        actor=by.pk if by else None,
        kind=kind,
        ids=[key],
        data={"from": str(before), "to": str(after)},
    )


def overtake(entry: Entry) -> None:
    """Close what waits for a second person: the ground it stood on has changed."""
    waiting = MarkingChange.objects.filter(translation_key=entry.translation_key, state=ChangeState.OPEN)
    close_unanswered(list(waiting), ChangeState.OVERTAKEN)


def close_unanswered(waiting: Sequence[MarkingChange], state: ChangeState) -> None:
    """Close what nobody decided on, and have those told who asked."""
    moment = timezone.now()
    MarkingChange.objects.filter(pk__in=[change.pk for change in waiting]).update(state=state, answered_at=moment)
    for change in waiting:
        change_answered.send(sender=MarkingChange, change_id=change.pk)


def owner_when_restricted(*, entry: Entry, by: User, organisation: Organisation | None = None) -> Organisation:
    """Return the organisation that alone would read an entry after `restrict_now`; its members read it now already.

    It is the source, so that nobody takes an entry from it; where that is not known, or nobody there reads the entry
    now, one of the person's own: the one named, else the first that fits. Raises NoOrganisation, OtherOrganisation.
    """
    present = readers_of(entry.marking)
    key = source_of(entry)
    source = Organisation.objects.filter(pk=key, pk__in=_with_members()).first() if key is not None else None
    if source is not None and fitting(present, [(source.pk, source.is_partner)]):
        return source
    places = [
        place.organisation
        for place in by.memberships.filter(in_force()).select_related("organisation").order_by("pk")
        if organisation is None or place.organisation_id == organisation.pk
    ]
    if not places:
        raise NoOrganisation
    keys = fitting(present, [(place.pk, place.is_partner) for place in places])
    owner = next((place for place in places if place.pk in keys), None)
    if owner is None:
        raise OtherOrganisation
    return owner


def _with_members() -> QuerySet[Membership, int]:
    return Membership.objects.filter(in_force(), user__is_active=True).values_list("organisation_id", flat=True)


def restrict_now(*, entry: Entry, by: User, organisation: Organisation | None = None) -> Marking:
    """Take an entry back to one organisation at once: its source, else one of the person's own.

    Raises NoOrganisation, OtherOrganisation.
    """
    if entry.marking.label == Tlp.AMBER_STRICT:
        return entry.marking
    owner = owner_when_restricted(entry=entry, by=by, organisation=organisation)
    return relabel(entry=entry, label=Tlp.AMBER_STRICT, owning_organisation=owner, by=by)


@transaction.atomic
def narrow(
    key: int,
    *,
    label: str,
    circles: Iterable[Circle] = (),
    owning_organisation: Organisation | None = None,
    partner_release: bool = False,
    chatham_house: bool = True,
    handling_note: str = "",
) -> tuple[str, Marking]:
    """Narrow the marking of a picture or file; return the label before, and the marking. Raises MarkingRefused.

    The row is changed, not replaced: what freezes it at the same moment must hold.
    """
    marking: Marking = Marking.objects.select_for_update().get(pk=key)
    before = str(marking.label)
    wanted = checked(Facts(label, tuple(circles), owning_organisation, partner_release, chatham_house, handling_note))
    try:
        check_narrower(marking, wanted)
    except LoweringNeedsTwoPeople as wider:
        # Its kinds give advice about entries.
        raise LoweringNeedsTwoPeople from wider
    write_facts(marking, wanted)
    return before, marking


def _announce(marking: Marking, *, public: bool) -> None:
    note_change(public=public)
    keys: list[Any] = list(marking.entries.order_by().values_list("translation_key", flat=True).distinct())
    for key in keys:
        entry_relabelled.send(sender=Marking, translation_key=key, public=public)


def drop_unused(key: int) -> None:
    """Delete a marking that marks nothing any more."""
    Marking.objects.filter(pk=key, entries__isnull=True).delete()
