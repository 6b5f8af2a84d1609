"""What does a record of a file say, once it is understood?"""

import hashlib
import json
from dataclasses import dataclass, field
from typing import Any

from kb.choices import TranslationStatus
from kb.importing.files.base import Record


@dataclass(frozen=True)
class Row:
    """One record, understood. `concepts` are (axis, identifier, key), `review_months` counts from the review."""

    line: int
    source_key: str
    language: str
    kind: str
    texts: dict[str, str]
    sections: dict[str, Any]
    header: dict[str, Any]
    concepts: tuple[tuple[str, str, int], ...] = ()
    references: tuple[dict[str, Any], ...] = ()
    keywords: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    translation_status: str = TranslationStatus.MACHINE
    problems: tuple[str, ...] = ()
    review_months: int | None = None
    record: Record | None = field(default=None, compare=False, repr=False)

    @property
    def address(self) -> tuple[str, str]:
        """What tells it from every other record: the key of its work and its language."""
        return self.source_key, self.language

    def digest(self) -> str:
        """Return a sum that changes with anything the record says."""
        said = [
            self.kind,
            self.texts,
            self.sections,
            self.header,
            sorted(concept[:2] for concept in self.concepts),
            self.references,
            sorted(self.keywords),
            sorted(self.options),
            self.translation_status,
            self.review_months,
        ]
        return hashlib.sha256(json.dumps(said, sort_keys=True, default=str).encode()).hexdigest()
