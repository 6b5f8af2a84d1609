"""Who has had what was spilt, from whom does it come, and how are they told?"""

from django.db import transaction
from django.utils import timezone

from kb import access_records
from kb.choices import AccessKind, SpillEvent, SpillPart, Tlp
from kb.marking import source_of
from kb.models import Entry, Spill, SpillPerson
from kb.signals import spill_tells
from kb.spills import freezing
from kb.spills.steps import locked, note
from people import remit
from people.models import Organisation, User


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


def source_of_spill(spill: Spill) -> int | None:
    """Return the organisation from which it comes: noted of an entry, or owner of what is AMBER+STRICT; else None."""
    row = freezing.row_of(spill.about, spill.key)
    if isinstance(row, Entry):
        return source_of(row)
    marking = getattr(row, "marking", None)
    return marking.owning_organisation_id if marking is not None else None


def originators(spill: Spill) -> list[User]:
    """Return the contact points who answer for where it comes from.

    Where the source is not known they are those of all organisations in the circles of an AMBER thing; of what stands
    open to more, the site does not know whom to ask.
    """
    source = source_of_spill(spill)
    marking = getattr(freezing.row_of(spill.about, spill.key), "marking", None)
    if source is not None:
        places = Organisation.objects.filter(pk=source)
    elif marking is not None and marking.label == Tlp.AMBER:
        places = Organisation.objects.filter(circles__in=marking.circle_ids())
    else:
        return []
    return list(remit.acting_contact_points(places).order_by("pk"))


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
