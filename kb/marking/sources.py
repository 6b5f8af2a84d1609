"""Where does a work come from? Kept aside from its text and its marking, and shown to nobody."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from kb.choices import Tlp
from kb.models import Entry, Origin
from people.models import Organisation


def note_source(*, translation_key: UUID, organisation: Organisation) -> Origin:
    """Note which organisation a work comes from; what is noted already stays."""
    origin, _created = Origin.objects.get_or_create(
        translation_key=translation_key, defaults={"organisation": organisation}
    )
    return origin


def source_of(entry: Entry) -> int | None:
    """Return the key of the organisation that an entry comes from; None where it is not known.

    Without a note it is the one that owns what is TLP:AMBER+STRICT.
    """
    return sources_of([entry]).get(entry.translation_key)


def sources_of(entries: Iterable[Entry]) -> dict[Any, int]:
    """Return the sources of works by their key, as far as they are known; one query. Markings are read along."""
    rows = list(entries)
    found: dict[Any, int] = {
        entry.translation_key: entry.marking.owning_organisation_id
        for entry in rows
        if entry.marking.label == Tlp.AMBER_STRICT and entry.marking.owning_organisation_id is not None
    }
    noted = Origin.objects.filter(translation_key__in=[entry.translation_key for entry in rows])
    found.update(noted.values_list("translation_key", "organisation_id"))
    return found


def keep_source(entry: Entry) -> None:
    """Note the owner of what is TLP:AMBER+STRICT, before a lower label erases it from the marking."""
    if entry.marking.label == Tlp.AMBER_STRICT and entry.marking.owning_organisation is not None:
        note_source(translation_key=entry.translation_key, organisation=entry.marking.owning_organisation)


def forget_source(translation_key: UUID) -> None:
    """Delete the note about a work that is gone."""
    Origin.objects.filter(translation_key=translation_key).delete()


def copy_source(entry: Entry, copy: Entry) -> None:
    """Note for a copy where the entry comes from, as far as that is noted."""
    noted = Origin.objects.filter(translation_key=entry.translation_key).select_related("organisation").first()
    if noted is not None:
        note_source(translation_key=copy.translation_key, organisation=noted.organisation)
