"""Who has had what was spilt, from whom does it come, and how are they told?"""

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from kb import access_records
from kb.choices import AccessKind, SpillEvent, SpillPart, Tlp
from kb.models import Spill, SpillPerson
from kb.signals import spill_tells
from kb.spills import freezing
from kb.spills.steps import locked, note
from people.choices import Role
from people.models import User, in_force


@transaction.atomic
def take_down_readers(*, spill: Spill, by: int | None) -> int:
    """Record who has had the text, as the records of reading say now; return how many people that are."""
    found: dict[int, access_records.Access] = {}
    for access in access_records.readers_of(spill.about, spill.key):
        known = found.get(access.person)
        # Who downloaded it holds a copy, whatever else was done with it.
        if known is None or _rank(access.kind) > _rank(known.kind):
            found[access.person] = access
    for person, access in found.items():
        SpillPerson.objects.update_or_create(
            spill=spill,
            person=person,
            part=SpillPart.READER,
            defaults={"access": access.kind, "first_at": access.first_at, "last_at": access.last_at},
        )
    note(spill=spill, event=SpillEvent.ACCESS, by=by, count=len(found))
    return len(found)


def _rank(kind: str) -> int:
    return [AccessKind.READ, AccessKind.EDITED, AccessKind.DOWNLOADED].index(AccessKind(kind))


def originators(spill: Spill) -> list[User]:
    """Return the contact points of the organisations from which it comes, as far as its marking tells.

    An AMBER+STRICT thing has an owner, an AMBER one circles; of others the site does not know where they come from.
    """
    row = freezing.row_of(spill.about, spill.key)
    marking = getattr(row, "marking", None)
    if marking is None or marking.label not in (Tlp.AMBER, Tlp.AMBER_STRICT):
        return []
    place = (
        Q(memberships__organisation=marking.owning_organisation_id)
        if marking.label == Tlp.AMBER_STRICT
        else Q(memberships__organisation__circles__in=list(marking.circle_ids()))
    )
    found = User.objects.filter(
        place,
        in_force("memberships__"),
        is_active=True,
        role_assignments__role=Role.CONTACT_POINT,
    )
    return list(found.distinct().order_by("pk"))


@transaction.atomic
def tell_originator(*, spill: Spill, by: int, otherwise: bool = False) -> int:
    """Tell the originator's contact points, or record that it was done otherwise; return how many the site tells."""
    stored = locked(spill)
    told = 0
    if not otherwise:
        for person in originators(stored):
            SpillPerson.objects.get_or_create(spill=stored, person=person.pk, part=SpillPart.ORIGINATOR)
        told = _tell(stored, SpillPart.ORIGINATOR)
    note(spill=stored, event=SpillEvent.ORIGINATOR, by=by, count=told, detail="otherwise" if otherwise else "")
    return told


@transaction.atomic
def tell_readers(*, spill: Spill, by: int) -> int:
    """Tell those who had the text to delete what they have of it; return how many are told now."""
    stored = locked(spill)
    take_down_readers(spill=stored, by=by)
    told = _tell(stored, SpillPart.READER)
    note(spill=stored, event=SpillEvent.READERS, by=by, count=told)
    return told


def _tell(spill: Spill, part: SpillPart) -> int:
    untold = list(SpillPerson.objects.filter(spill=spill, part=part, told_at=None).values_list("pk", flat=True))
    SpillPerson.objects.filter(pk__in=untold).update(told_at=timezone.now())
    spill_tells.send(sender=Spill, spill=spill.pk, people=untold)
    return len(untold)


@transaction.atomic
def confirm(*, row: SpillPerson) -> SpillPerson:
    """Note that somebody who was told has deleted what there was, or has taken note."""
    stored = SpillPerson.objects.select_for_update().get(pk=row.pk)
    if stored.confirmed_at is None:
        stored.confirmed_at = timezone.now()
        stored.save()
        note(spill=stored.spill, event=SpillEvent.CONFIRMED, by=stored.person, detail=stored.part)
    return stored
