"""How do rows of a file stand to what is here already: new, the same, changed, or to be left alone?"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import CharField
from django.db.models.functions import Cast
from wagtail.models import WorkflowState

from kb.importing.rows import Row
from kb.models import Entry, ImportedVersion
from people.viewers import Viewer


class Standing(StrEnum):
    """What becomes of a row."""

    NEW = "new"
    UNCHANGED = "unchanged"
    CHANGED = "changed"
    KEPT = "left alone"


@dataclass(frozen=True)
class Stand:
    """How one row stands; `why` says what keeps it from being written."""

    standing: Standing
    entry_id: int | None = None
    why: str = ""


def closed_among(keys: Iterable[int], viewer: Viewer) -> dict[int, str]:
    """Return in words why which of these entries may not be changed now."""
    wanted = list(keys)
    found: dict[int, str] = {}
    reached = set(Entry.objects.editable_by(viewer).filter(pk__in=wanted).values_list("pk", flat=True))
    for key in wanted:
        if key not in reached:
            found[key] = "its marking or its recall keeps you from editing it"
    for key in Entry.objects.filter(pk__in=wanted, locked=True).values_list("pk", flat=True):
        found[key] = "it is locked here"
    reviewed = (
        WorkflowState.objects.active()
        .filter(base_content_type=Entry.get_base_content_type())
        .filter(object_id__in=Entry.objects.filter(pk__in=wanted).annotate(key=Cast("pk", CharField())).values("key"))
    )
    for key_text in reviewed.values_list("object_id", flat=True):
        found[int(key_text)] = "it is in review here"
    return found


def unchanged(rows: Sequence[Row], *, digests: dict[tuple[str, str], str]) -> set[tuple[str, str]]:
    """Return the addresses of the rows that say what they said when they were imported last; one query."""
    known = ImportedVersion.objects.filter(source_key__in={row.source_key for row in rows})
    stored = {
        (key, language): digest for key, language, digest in known.values_list("source_key", "language", "digest")
    }
    return {row.address for row in rows if stored.get(row.address) == digests[row.address]}


def stands_of(
    rows: Sequence[Row], *, digests: dict[tuple[str, str], str], viewer: Viewer, overwrite: bool
) -> dict[tuple[str, str], Stand]:
    """Return how each row stands, by its address; some six queries, the same for any number of rows."""
    keys = {row.source_key for row in rows}
    imported = {
        (key, language): (digest, revision, entry)
        for key, language, digest, revision, entry in ImportedVersion.objects.filter(source_key__in=keys).values_list(
            "source_key", "language", "digest", "revision_id", "entry_id"
        )
    }
    stored = {
        (key, language): (pk, revision)
        for key, language, pk, revision in Entry.objects.filter(source_key__in=keys).values_list(
            "source_key", "locale__language_code", "pk", "latest_revision_id"
        )
    }
    originals = dict(
        Entry.objects.originals().filter(source_key__in=keys).order_by("pk").values_list("source_key", "pk")
    )
    found: dict[tuple[str, str], Stand] = {}
    # Whoever may not work on a work is told nothing else of it.
    rests_on: dict[tuple[str, str], int] = {}
    for row in rows:
        digest, written, _entry = imported.get(row.address, ("", None, None))
        pk, latest = stored.get(row.address, (None, None))
        if pk is None:
            gone = row.address in imported
            found[row.address] = Stand(Standing.KEPT, why="it was deleted here") if gone else Stand(Standing.NEW)
        elif digest == digests[row.address]:
            found[row.address] = Stand(Standing.UNCHANGED, pk)
            continue
        elif not overwrite and (written is None or written != latest):
            found[row.address] = Stand(Standing.KEPT, pk, "it was edited here since; --overwrite takes the file's text")
        else:
            found[row.address] = Stand(Standing.CHANGED, pk)
        base = pk or originals.get(row.source_key)
        if base is not None:
            rests_on[row.address] = base
    closed = closed_among(set(rests_on.values()), viewer)
    for address, base in rests_on.items():
        if base in closed:
            found[address] = Stand(Standing.KEPT, found[address].entry_id, closed[base])
    return found
