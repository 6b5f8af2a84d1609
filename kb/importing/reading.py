"""How is a record of a file read by a mapping, once everything that no entry may hold is taken away?"""

import datetime
import hashlib
from collections.abc import Mapping as Dictionary
from dataclasses import replace
from typing import Any

from django.conf import settings

from kb.choices import Axis, EntryKind, TranslationStatus
from kb.importing import markings, values
from kb.importing.files.base import Cleaned, Record, RecordUnusable
from kb.importing.header import header_of
from kb.importing.mapping import Mapping
from kb.importing.references import references_of
from kb.importing.rows import Row
from kb.importing.sections import has_words, sections_of
from kb.importing.targets import AXIS_OF, normal
from kb.importing.terms import Terms
from kb.importing.values import Unreadable
from kb.marking_words import words_in
from kb.models import Entry, Keyword
from kb.sanitising import plain_text
from kb.texts import strings_in

OPEN_SOURCE = "open-source"
_MOST_LISTED = 40  # concepts of one axis, keywords, references


def _marking_words(row: Row) -> list[str]:
    """Return in words which texts of a record use the words of classified documents."""
    said: dict[str, Any] = {
        **row.texts,
        **row.sections,
        "references": [
            [value for value in reference.values() if isinstance(value, str)] for reference in row.references
        ],
        "keywords": list(row.keywords),
    }
    found = {name: words_in(plain_text(text) for text in strings_in(value)) for name, value in said.items()}
    return [
        f"{name}: {', '.join(words)} marks classified or specially handled documents. Leave it out; where a text "
        "teaches about the word, a person enters it by hand and explains it."
        for name, words in found.items()
        if words
    ]


class RowReader:
    """Reads records by a mapping, and keeps count of what it did not know."""

    def __init__(self, mapping: Mapping, terms: Terms, today: datetime.date) -> None:
        """Take what is the same for all records."""
        self.mapping = mapping
        self.terms = terms
        self.today = today
        self.cleaned = Cleaned()
        self.languages = {code: code for code, _name in settings.WAGTAIL_CONTENT_LANGUAGES}
        self.languages |= {normal(name): code for code, name in settings.WAGTAIL_CONTENT_LANGUAGES}

    def address_of(self, record: Record) -> tuple[str, str]:
        """Return (key of the work, language) of a record. Raises RecordUnusable."""
        if record.broken:
            raise RecordUnusable(record.broken)
        cells = self.mapping.fed(record, Cleaned())
        return self._key(cells), self._language(cells)

    def _language(self, cells: Dictionary[str, Any]) -> str:
        text = str(cells["language"])
        found = self.languages.get(normal(text)) or self.languages.get(text.lower().replace("_", "-").split("-")[0])
        if found is None:
            raise RecordUnusable(f"language: {text[:30]!r} is none of {', '.join(dict(settings.LANGUAGES))}.")
        return found

    def _key(self, cells: Dictionary[str, Any]) -> str:
        """Return the key of the work: its own, else a sum over the reference. Raises RecordUnusable."""
        own = values.line_of(cells.get("key"))
        if own:
            key = f"{self.mapping.source}:{own}"
            if len(key) > 200:
                raise RecordUnusable("key: it has more than 200 characters.")
            return key
        named = [values.line_of(cells.get(name)) for name in ("url", "reference_title", "publisher", "year", "locator")]
        if not any(named):
            raise RecordUnusable("key: there is neither a key nor a reference to tell this record by.")
        summed = hashlib.sha256("\n".join(text.casefold() for text in named).encode()).hexdigest()[:32]
        return f"{self.mapping.source}:reference:{summed}"

    def read(self, record: Record) -> Row:
        """Return what a record says, with everything that is wrong with it in words.

        Raises RecordUnusable where it cannot even be told what it is.
        """
        if record.broken:
            raise RecordUnusable(record.broken)
        cells = self.mapping.fed(record, self.cleaned)
        problems = self._marked(record)
        if not cells.get("kind"):
            raise RecordUnusable(f"kind: say what it is, one of {', '.join(EntryKind.values)}.")
        try:
            translated = self.mapping.translated("kind", str(cells["kind"]))
            kind = values.choice_of(translated, EntryKind)
        except Unreadable as error:
            raise RecordUnusable(f"kind: {error}.") from None
        sections, wrong = sections_of(kind, cells, self.mapping.separators)
        problems += wrong
        header, months = header_of(cells, kind, self.mapping.date_formats, self.today, problems)
        row = Row(
            line=record.line,
            source_key=self._key(cells),
            language=self._language(cells),
            kind=kind,
            texts=self._texts(cells, problems),
            sections=sections,
            header=header,
            review_months=months,
            concepts=self._concepts(cells, record.line, problems),
            references=references_of(cells, self.mapping, self.today, problems),
            keywords=self._keywords(cells, problems),
            options=tuple(dict.fromkeys(str(part) for part in self._list("options", cells))),
            translation_status=self._status(cells, problems),
            problems=tuple(problems),
            record=record,
        )
        return replace(row, problems=(*row.problems, *_marking_words(row)))

    def _marked(self, record: Record) -> list[str]:
        """Return in words what tells that a record is not for everybody; cells that feed nothing count as well."""
        mapping = self.mapping
        found = markings.problems_of(
            record.cells,
            markings=mapping.markings,
            suspects=mapping.suspects,
            constants=mapping.constants.values(),
            translations=mapping.values.get("marking", {}),
        )
        constant = mapping.constants.get("marking")
        if not markings.says_clear(constant, mapping.values.get("marking", {})):
            found.append(f"marking: the mapping says {str(constant)[:30]}, which is not TLP:CLEAR.")
        return found

    def _list(self, name: str, cells: Dictionary[str, Any]) -> list[Any]:
        separator = self.mapping.separators.get(name, "")
        words = name not in ("works_when", "not_when")
        return values.list_of(cells.get(name), separator, words=words)

    def _texts(self, cells: Dictionary[str, Any], problems: list[str]) -> dict[str, str]:
        texts = {
            "title": values.line_of(cells.get("title")),
            "summary": values.line_of(cells.get("summary")),
            "works_when": "\n".join(values.line_of(part) for part in self._list("works_when", cells)),
            "not_when": "\n".join(values.line_of(part) for part in self._list("not_when", cells)),
        }
        for name, text in texts.items():
            most: int | None = getattr(Entry._meta.get_field(name), "max_length", None)
            if most and len(text) > most:
                problems.append(f"{name}: it has {len(text)} characters, {most} fit.")
            if text and not has_words(text):
                problems.append(f"{name}: {text[:20]!r} holds no word.")
        return texts

    def _concepts(
        self, cells: Dictionary[str, Any], line: int, problems: list[str]
    ) -> tuple[tuple[str, str, int], ...]:
        found: dict[tuple[str, str], int] = {}
        for name, axis in AXIS_OF.items():
            words = self._list(name, cells)
            if len(words) > _MOST_LISTED:
                problems.append(f"{name}: {len(words)} are more than {_MOST_LISTED}.")
                continue
            if axis == Axis.SOURCE:
                words = [OPEN_SOURCE, *words]
            for word in words:
                text = self.mapping.translated(name, values.line_of(word))
                if not text:
                    continue
                term = self.terms.find(name, text)
                if term is None:
                    near = self.terms.miss(name, text, line).near
                    offer = f" Near: {', '.join(slug for slug, _label in near)}." if near else ""
                    problems.append(f"{name}: {text[:60]!r} is no concept of the vocabulary.{offer}")
                else:
                    found[axis, term.slug] = term.pk
            if name in ("mission_type", "event_category") and sum(key[0] == axis for key in found) > 1:
                problems.append(f"{name}: only one fits.")
        return tuple((axis, slug, pk) for (axis, slug), pk in found.items())

    def _keywords(self, cells: Dictionary[str, Any], problems: list[str]) -> tuple[str, ...]:
        words = [values.line_of(word) for word in self._list("keywords", cells)]
        most = Keyword._meta.get_field("name").max_length or 100
        if len(words) > _MOST_LISTED or any(len(word) > most for word in words):
            problems.append(f"keywords: at most {_MOST_LISTED}, each of at most {most} characters.")
            return ()
        return tuple(dict.fromkeys(word for word in words if has_words(word)))

    def _status(self, cells: Dictionary[str, Any], problems: list[str]) -> str:
        given = cells.get("translation_status")
        if given in ("", None):
            return TranslationStatus.MACHINE
        try:
            status = values.choice_of(given, TranslationStatus)
        except Unreadable as error:
            problems.append(f"translation_status: {error}.")
            return TranslationStatus.MACHINE
        return status if status != TranslationStatus.ORIGINAL else TranslationStatus.MACHINE
