"""Of which pieces is a trial corpus made? The sentences, steps and words of the project's own entries."""

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kb.demonstration import read_folder

_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+(?=[A-ZÀ-ÖØ-Þ„«“])")
_AXES_OF_TEXT = ("facility_types", "threats", "measures")


def sentences(text: str) -> list[str]:
    """Return the sentences of a text, without line breaks."""
    return _SENTENCE_END.split(" ".join(text.split()))


@dataclass
class Source:
    """One entry of the fixtures in one language, taken apart."""

    row: dict[str, Any]
    near: list["Source"] = field(default_factory=list)  # of the same kind, the most alike first
    versions: dict[str, "Source"] = field(default_factory=dict)  # the same entry in other languages

    @property
    def topics(self) -> set[str]:
        """What the text speaks of: facility types, threats and measures."""
        return {slug for name in _AXES_OF_TEXT for slug in self.row.get(name, ())}


def _near(source: Source, others: Sequence[Source]) -> list[Source]:
    alike = [other for other in others if other is not source and other.row["kind"] == source.row["kind"]]
    return sorted(alike, key=lambda other: (-len(source.topics & other.topics), other.row["key"]))[:12]


def read_pool(folder: Path) -> list[Source]:
    """Return the originals of `folder/en` with their neighbours and language versions. Raises OSError."""
    originals = [Source(row) for row in read_folder(folder / "en")]
    by_key = {source.row["key"]: source for source in originals}
    for language in ("fr", "de"):
        translated = []
        for path in sorted((folder / language).glob("*.toml")):
            row = tomllib.loads(path.read_text(encoding="utf-8"))
            original = by_key.get(row["key"])
            if original is not None:
                row["kind"] = original.row["kind"]
                original.versions[language] = Source(row)
                translated.append(original.versions[language])
        for source in translated:
            source.near = _near(source, translated)
    for source in originals:
        source.near = _near(source, originals)
    return originals
