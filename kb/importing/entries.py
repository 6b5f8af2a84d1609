"""Which entry does a row of a file become?"""

import copy
import datetime
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from wagtail.models import Locale

from kb.choices import TranslationStatus
from kb.importing.rows import Row
from kb.importing.sections import stream_of
from kb.importing.writing import Version
from kb.marking import Facts
from kb.models import Concept, Entry, EntryConcept, EntryReference
from kb.models.identifiers import work_key
from kb.publishing import HEADER, problems_of, same_text


@dataclass
class Original:
    """The original of a work, as its language versions take over from it: its row and its concepts (axis, key)."""

    entry: Entry
    concepts: list[tuple[str, int]] = field(default_factory=list)


def originals_of(source_keys: Iterable[str]) -> dict[str, Original]:
    """Return the stored originals by their source keys; two queries."""
    rows = Entry.objects.originals().filter(source_key__in=set(source_keys)).defer("body")
    found = {row.pk: Original(row) for row in rows}
    concepts = EntryConcept.objects.filter(entry__in=found).order_by("pk")
    for entry, axis, pk in concepts.values_list("entry_id", "axis", "concept_id"):
        found[entry].concepts.append((axis, pk))
    return {original.entry.source_key: original for original in found.values()}


def _months_after(day: datetime.date, months: int) -> datetime.date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return datetime.date(year, month + 1, min(day.day, 28))


class EntryMaker:
    """Makes entries of rows; `live` says whether new ones are published."""

    def __init__(self, *, live: bool, at: datetime.datetime, today: datetime.date) -> None:
        """Read languages and concepts once."""
        self.live = live
        self.at = at
        self.today = today
        self.locales = {row.language_code: row for row in Locale.objects.all()}
        self.concepts = Concept.objects.select_related("scheme").in_bulk()

    def _locale(self, language: str) -> Locale:
        if language not in self.locales:
            self.locales[language] = Locale.objects.get_or_create(language_code=language)[0]
        return self.locales[language]

    def _write_texts(self, entry: Entry, row: Row) -> None:
        for name, text in row.texts.items():
            setattr(entry, name, text)
        body: Any = json.dumps(stream_of(entry.kind, row.sections, f"{row.source_key}:{row.language}"))
        entry.body = body

    def _write_header(self, entry: Entry, row: Row) -> None:
        """Put the header of a row on an original; a date that the row is silent about stays or is today."""
        given = row.header
        entry.positive = given.get("positive")
        entry.evidence_source = given.get("evidence_source", "")
        entry.evidence_info = given.get("evidence_info", "")
        # A draft gets its dates when it is published.
        day = self.today if entry.live else None
        entry.published_date = given.get("published") or entry.published_date or day
        entry.reviewed_date = given.get("reviewed") or entry.reviewed_date or entry.published_date
        due = given.get("review_by")
        if due is None and row.review_months:
            due = _months_after(entry.reviewed_date or self.today, row.review_months)
        entry.review_by = due

    def new(self, row: Row, original: Original | None) -> Version:
        """Return a new work, or where an original stands, a new language version of it."""
        entry = Entry(
            locale=self._locale(row.language),
            translation_key=original.entry.translation_key if original else work_key(row.source_key),
            source_key=row.source_key,
            kind=original.entry.kind if original else row.kind,
            live=self.live,
            first_published_at=self.at if self.live else None,
            last_published_at=self.at if self.live else None,
        )
        return self._filled(entry, row, original)

    def changed(self, entry: Entry, row: Row, original: Original | None) -> Version:
        """Return a stored entry with what a row says of it now."""
        before = copy.copy(entry)
        if entry.live and self.live:
            entry.last_published_at = self.at
        version = self._filled(entry, row, original)
        version.retold = not same_text(before, entry)
        return version

    def _filled(self, entry: Entry, row: Row, original: Original | None) -> Version:
        self._write_texts(entry, row)
        if original is not None:
            for name in HEADER:
                setattr(entry, name, getattr(original.entry, name))
            entry.translation_status = row.translation_status
            concepts = list(original.concepts)
        else:
            self._write_header(entry, row)
            concepts = [(axis, pk) for axis, _slug, pk in row.concepts]
        return Version(
            entry=entry,
            concepts=concepts,
            references=[EntryReference(**reference) for reference in row.references],
            keywords=row.keywords,
            facts=Facts(chatham_house=False),
        )

    def problems(self, version: Version, *, has_option: bool) -> list[str]:
        """Return in words what keeps the version from being written: what a draft needs, and for readers, all."""
        entry: Any = version.entry
        unasked = ["marking", "locale", "body", "public_id", "latest_revision", "live_revision"]
        try:
            entry.clean_fields(exclude=unasked if entry.live else [*unasked, "summary"])
            entry.clean()
        except ValidationError as error:
            return [f"{name}: {' '.join(words)}" for name, words in error.message_dict.items()]
        if not entry.live:
            return [] if entry.title.strip() else ["title: it is empty."]
        entry.entry_concepts = [EntryConcept(axis=axis, concept=self.concepts[pk]) for axis, pk in version.concepts]
        entry.references = list(version.references)
        return problems_of(entry, has_option=has_option)


def fits(row: Row, original: Original, *, draft: bool) -> str:
    """Return in words why a row cannot translate an original; nothing where it can."""
    if not draft and not original.entry.live:
        return "its original is not published. Publish that first, or import with --draft."
    if original.entry.translation_status != TranslationStatus.ORIGINAL:
        return "its original is a translation itself."
    if original.entry.kind != row.kind:
        return f"kind: the original is a {original.entry.kind}, this row says {row.kind}."
    return ""
