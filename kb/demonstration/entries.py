"""How do the demonstration entries get into the database, with their translations and relations?"""

from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

from django.db import transaction
from wagtail.models import Locale

from kb import marking
from kb.choices import RelationType, Tlp, TranslationStatus
from kb.demonstration.files import AXES, LANGUAGES, body_of, read_folder
from kb.models import Entry, EntryConcept, EntryReference, EntryRelation, Marking, StateVersion
from kb.models.identifiers import work_key
from kb.signals import entry_published
from kb.vocabulary import Vocabulary, vocabulary
from people.demonstration import Cast


class UnknownConcept(ValueError):
    """A fixture names a concept that the vocabularies lack."""


def _texts(row: dict[str, Any], kind: str) -> dict[str, Any]:
    return {
        "title": row["title"],
        "summary": row["summary"],
        "works_when": "\n".join(row.get("works_when", [])),
        "not_when": "\n".join(row.get("not_when", [])),
        "body": body_of(kind, row.get("sections", {})),
    }


def _marking(label: str, people: dict[str, Any], cast: Cast) -> Marking:
    where = people["markings_for_show"][label]
    return marking.create(
        label=label,
        circles=[cast.circles[key] for key in where.get("circles", ())],
        owning_organisation=cast.organisations[where["organisation"]] if "organisation" in where else None,
        chatham_house=label != Tlp.CLEAR,
        handling_note="" if label == Tlp.CLEAR else people["handling_note"],
    )


def _concepts(entry: Entry, row: dict[str, Any], words: Vocabulary) -> None:
    for axis, name in AXES.items():
        slugs = row.get(name) or []
        for slug in [slugs] if isinstance(slugs, str) else slugs:
            term = words.get(axis, slug)
            if term is None:
                raise UnknownConcept(f"{row['key']}: {slug!r} is not in the vocabulary {axis}")
            entry.entry_concepts.add(EntryConcept(axis=axis, concept_id=term.pk))


def _published(entry: Entry) -> None:
    """Save the entry as published on its review date, with the revision that an editor starts from."""
    first = entry.published_date or entry.reviewed_date
    last = entry.reviewed_date or first
    if first is None or last is None:
        raise ValueError(f"{entry.source_key} has no date of publication")
    entry.live = True
    entry.first_published_at = datetime.combine(first, time(9), tzinfo=UTC)
    entry.last_published_at = datetime.combine(last, time(9), tzinfo=UTC)
    entry.save()
    revision = entry.save_revision()
    entry.live_revision = revision
    entry.has_unpublished_changes = False
    entry.save(update_fields=["live_revision", "has_unpublished_changes"])


def _add_entry(row: dict[str, Any], locale: Locale, people: dict[str, Any], cast: Cast, words: Vocabulary) -> Entry:
    entry = Entry(
        locale=locale,
        translation_key=work_key(row["key"]),
        source_key=row["key"],
        kind=row["kind"],
        positive=row.get("positive"),
        evidence_source=row["evidence_source"],
        evidence_info=row["evidence_info"],
        published_date=row["published_date"],
        reviewed_date=row["reviewed_date"],
        review_by=row["review_by"],
        marking=_marking(row["marking"], people, cast),
        **_texts(row, row["kind"]),
    )
    _concepts(entry, row, words)
    for position, reference in enumerate(row.get("references", [])):
        known = {
            name: reference[name]
            for name in ("kind", "title", "publisher", "year", "url", "licence", "locator")
            if reference.get(name)
        }
        entry.references.add(EntryReference(sort_order=position, **known))
    entry.save()
    source = people["markings_for_show"][row["marking"]].get("source")
    if source:
        marking.note_source(translation_key=entry.translation_key, organisation=cast.organisations[source])
    entry.keywords.add(*row.get("keywords", []))
    _published(entry)
    return entry


def _add_translation(original: Entry, row: dict[str, Any], locale: Locale) -> None:
    version = original.copy_for_translation(locale)
    version.source_key = original.source_key
    version.translation_status = TranslationStatus.CHECKED
    for name, value in _texts(row, original.kind).items():
        setattr(version, name, value)
    version.save()
    version.keywords.set(row.get("keywords", []), clear=True)
    _published(version)


def _relate(row: dict[str, Any], entries: dict[str, Entry]) -> None:
    letters: dict[str, str] = {}
    for indicator in row.get("sections", {}).get("indicators", []):
        for target in indicator.get("options", []):
            letters[target] = letters.get(target, "") + indicator["code"]
    stated = {(relation["type"], relation["target"]): relation.get("note", "") for relation in row.get("relations", [])}
    for target in letters:
        stated.setdefault((RelationType.OPTION, target), "")
    for (kind, target), note in stated.items():
        EntryRelation.objects.get_or_create(
            source=entries[row["key"]],
            target=entries[target],
            type=kind,
            defaults={"note": note, "indicators": letters.get(target, "") if kind == RelationType.OPTION else ""},
        )


@transaction.atomic
def load_entries(folder: Path, people: dict[str, Any], cast: Cast) -> tuple[int, int]:
    """Load `folder/en` and its translations; entries that are there already stay as they are.

    Returns how many works and how many language versions were added. Raises UnknownConcept.
    """
    words = vocabulary()
    locales = {code: Locale.objects.get_or_create(language_code=code)[0] for code in LANGUAGES}
    rows = {row["key"]: row for row in read_folder(folder / "en")}
    entries = {entry.source_key: entry for entry in Entry.objects.originals().filter(source_key__in=rows)}
    added = [key for key in rows if key not in entries]
    for key in added:
        entries[key] = _add_entry(rows[key], locales["en"], people, cast, words)
    for key in added:
        _relate(rows[key], entries)
    versions = 0
    for code in LANGUAGES[1:]:
        present = set(Entry.objects.filter(locale=locales[code]).values_list("source_key", flat=True))
        for row in read_folder(folder / code):
            if row["key"] in entries and row["key"] not in present:
                _add_translation(entries[row["key"]], row, locales[code])
                added.append(row["key"])
                versions += 1
    for key in dict.fromkeys(added):
        entry_published.send(sender=Entry, translation_key=entries[key].translation_key)
    if added:
        StateVersion.bump("content")
    return len(added) - versions, versions
