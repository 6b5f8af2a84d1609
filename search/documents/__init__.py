"""What does an engine get to know of a work? Shapes that belong to no engine."""

import hashlib
import json
from dataclasses import dataclass, fields
from functools import cached_property


@dataclass(frozen=True)
class Version:
    """The words of one language version. `stamp` names the state of the row that they were taken from."""

    language: str
    stamp: str
    title: str
    summary: str
    text: str
    extra: str  # keywords and names of concepts: found, never shown


@dataclass(frozen=True)
class Document:
    """One work: all its readable language versions, who may find it, and what it can be narrowed by.

    `audience` are the tokens of `kb.sharing.audience`. `facets` are tokens "param:value", those of broader concepts
    included; `concepts` are the tokens of the work's own concepts. `cells` are "facility:threat" pairs of the
    uppermost concepts. `newest` and `evidence` are sort keys that order every two works the same way each time.
    """

    key: str
    versions: tuple[Version, ...]
    audience: tuple[int, ...]
    facets: tuple[str, ...]
    concepts: tuple[str, ...]
    cells: tuple[str, ...]
    newest: int
    evidence: int
    prior: float

    def checksum(self) -> str:
        """Return a short text that differs where the documents differ, for comparing index and database."""
        return self._checksum

    @cached_property
    def _checksum(self) -> str:
        # Fields by hand: `asdict` copies every text first, and an index is made of very many documents.
        told = {name: getattr(self, name) for name in _FIELDS}
        told["versions"] = [{name: getattr(version, name) for name in _VERSION_FIELDS} for version in self.versions]
        return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:16]


_FIELDS = tuple(field.name for field in fields(Document))
_VERSION_FIELDS = tuple(field.name for field in fields(Version))
