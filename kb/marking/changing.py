"""How does a marking change at once? By one person only towards fewer readers."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import log

from kb.choices import ChangeState, Tlp
from kb.marking.making import facts, readers_of, readers_under
from kb.marking.refusals import REFUSALS, LoweringNeedsTwoPeople, NoOrganisation, OtherOrganisation
from kb.models import Entry, Marking, MarkingChange
from kb.public_state import note_change
from kb.sharing.readers import fitting, gain
from kb.signals import change_answered, entry_relabelled
from people import audit
from people.models import Circle, Organisation, User, in_force


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
    parsed, named, owner, released = facts(
        label=label, circles=circles, owning_organisation=owning_organisation, partner_release=partner_release
    )
    kept_house = marking.chatham_house if chatham_house is None else chatham_house
    check_narrower(marking, label=parsed, circles=named, owner=owner, released=released, house=kept_house)
    put(
        marking,
        label=parsed,
        circles=named,
        owning_organisation=owner,
        partner_release=released,
        chatham_house=kept_house,
        handling_note=handling_note,
        entry=entry,
        by=by,
    )
    return marking


def check_narrower(
    marking: Marking,
    *,
    label: Tlp,
    circles: Iterable[Circle],
    owner: Organisation | None,
    released: bool,
    house: bool,
) -> None:
    """Raise LoweringNeedsTwoPeople, or its kind, where these facts would let anybody read or be told more."""
    gained = gain(readers_of(marking), readers_under(label, circles, owner, released))
    if gained is not None:
        raise REFUSALS[gained]
    if marking.chatham_house and not house:
        raise LoweringNeedsTwoPeople


def put(
    marking: Marking,
    *,
    label: Tlp,
    circles: Iterable[Circle],
    owning_organisation: Organisation | None,
    partner_release: bool,
    chatham_house: bool,
    entry: Entry,
    by: User | None,
    handling_note: str | None = None,
    widens: bool = False,
) -> None:
    """Write facts into a marking that is held, and announce it. Whether they may stand, the caller has asked.

    What waits for a second person was asked of another marking: it is overtaken. What widens is recorded before it
    holds. Raises people.audit.NotRecorded.
    """
    before = marking.label
    write_facts(
        marking,
        label=label,
        circles=circles,
        owning_organisation=owning_organisation,
        partner_release=partner_release,
        chatham_house=chatham_house,
        handling_note=handling_note,
    )
    log(instance=entry, action="kb.relabel", user=by, data={"before": before, "after": str(label)})
    overtake(entry)
    _announce(marking, public=Tlp.CLEAR in (before, label))
    record_change("entry", entry.public_id, before=before, after=label, by=by, widens=widens)
    entry.marking = marking


def write_facts(
    marking: Marking,
    *,
    label: Tlp,
    circles: Iterable[Circle],
    owning_organisation: Organisation | None,
    partner_release: bool,
    chatham_house: bool,
    handling_note: str | None = None,
) -> None:
    """Write facts that may stand into a marking that is held; what freezes it stays."""
    marking.label = label
    marking.owning_organisation = owning_organisation
    marking.partner_release = partner_release
    marking.chatham_house = chatham_house
    if handling_note is not None:
        marking.handling_note = handling_note
    marking.save()
    marking.circles.set(circles)


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


def restrict_now(*, entry: Entry, by: User, organisation: Organisation | None = None) -> Marking:
    """Take an entry back to one of a person's own organisations at once: the one named, else the first that fits.

    It fits where its members may read the entry now. Raises NoOrganisation, OtherOrganisation.
    """
    if entry.marking.label == Tlp.AMBER_STRICT:
        return entry.marking
    places = [
        place.organisation
        for place in by.memberships.filter(in_force()).select_related("organisation").order_by("pk")
        if organisation is None or place.organisation_id == organisation.pk
    ]
    if not places:
        raise NoOrganisation
    keys = fitting(readers_of(entry.marking), [(place.pk, place.is_partner) for place in places])
    owner = next((place for place in places if place.pk in keys), None)
    if owner is None:
        raise OtherOrganisation
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
    parsed, named, owner, released = facts(
        label=label, circles=circles, owning_organisation=owning_organisation, partner_release=partner_release
    )
    try:
        check_narrower(marking, label=parsed, circles=named, owner=owner, released=released, house=chatham_house)
    except LoweringNeedsTwoPeople as wider:
        # Its kinds give advice about entries.
        raise LoweringNeedsTwoPeople from wider
    write_facts(
        marking,
        label=parsed,
        circles=named,
        owning_organisation=owner,
        partner_release=released,
        chatham_house=chatham_house,
        handling_note=handling_note,
    )
    return before, marking


def _announce(marking: Marking, *, public: bool) -> None:
    note_change(public=public)
    keys: list[Any] = list(marking.entries.order_by().values_list("translation_key", flat=True).distinct())
    for key in keys:
        entry_relabelled.send(sender=Marking, translation_key=key, public=public)


def drop_unused(key: int) -> None:
    """Delete a marking that marks nothing any more."""
    Marking.objects.filter(pk=key, entries__isnull=True).delete()
