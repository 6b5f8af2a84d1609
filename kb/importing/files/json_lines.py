"""Which records does a file of JSON lines hold?"""

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kb.importing.files.base import (
    MAX_CELL,
    MAX_COLUMNS,
    MAX_LINE,
    MAX_ROWS,
    PROBLEM,
    FileUnusable,
    Record,
    Shape,
    Wishes,
    open_private,
    plain_cell,
)
from kb.importing.files.encoding import encoding_of

_PARTS = 2_000  # values in one record, however deep
_LONGEST_NAME = 200  # characters


class _NameUnusable(Exception):
    """A name of a record cannot be taken; the message says why."""


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object with its names cleaned as those of columns are. Raises _NameUnusable.

    Of two values of one name neither is passed over: it may be the one that says who may read the record.
    """
    found: dict[str, Any] = {}
    for given, value in pairs:
        name = plain_cell(given)[0]
        if len(name) > _LONGEST_NAME:
            raise _NameUnusable(f"a name has more than {_LONGEST_NAME} characters.")
        if name in found:
            raise _NameUnusable(f"it has two values of the name “{name}”. Rename one of them.")
        found[name] = value
    return found


def _count(value: Any) -> tuple[int, int]:
    """Return (how many values, the longest text) in a piece of JSON."""
    waiting, values, longest = [value], 0, 0
    while waiting:
        part = waiting.pop()
        values += 1
        if isinstance(part, str):
            longest = max(longest, len(part))
        elif isinstance(part, dict):
            waiting.extend(part.values())
        elif isinstance(part, list):
            waiting.extend(part)
    return values, longest


def _parsed(line: int, text: str) -> Record:
    try:
        value = json.loads(text, object_pairs_hook=_object)
    except _NameUnusable as error:
        return Record(line, {}, text, str(error))
    except RecursionError:
        return Record(line, {}, text, "the record is nested too deeply.")
    except ValueError as error:
        place = f" at character {error.colno}" if isinstance(error, json.JSONDecodeError) else ""
        return Record(line, {}, text, f'this is no JSON{place}. Each line holds one object, as in {{"title": "…"}}.')
    if not isinstance(value, dict):
        return Record(line, {}, text, 'the line holds no object. Each line holds one, as in {"title": "…"}.')
    values, longest = _count(value)
    if len(value) > MAX_COLUMNS or values > _PARTS:
        return Record(line, {}, text, f"the record has {max(len(value), values):,} values; that is no entry.")
    if longest > MAX_CELL:
        return Record(line, {}, text, f"a value has more than {MAX_CELL:,} characters.")
    return Record(line, value, text)


class JsonLines:
    """A file with one JSON object on each line."""

    def __init__(self, path: Path, wishes: Wishes) -> None:
        """Find out the encoding and which names occur. Raises FileUnusable."""
        self.path = path
        self.shape = Shape("JSON lines", encoding_of(path, wishes.encoding), ())
        with path.open(encoding=self.shape.encoding) as handle:
            if handle.read(4096).lstrip().startswith("["):
                raise FileUnusable("The file is one JSON list. Write each object on a line of its own, without commas.")
        names: dict[str, None] = {}
        for record in self.records():
            names.update(dict.fromkeys(record.cells))
            if len(names) > MAX_COLUMNS:
                raise FileUnusable(f"The records have more than {MAX_COLUMNS} names between them.")
        if not names:
            raise FileUnusable('No line of the file is a JSON object with names, as in {"title": "…"}.')
        self.shape = Shape("JSON lines", self.shape.encoding, tuple(names))

    def records(self) -> Iterator[Record]:
        """Yield the records. Raises FileUnusable where the rest cannot be read."""
        with self.path.open(encoding=self.shape.encoding) as handle:
            number = 0
            while text := handle.readline(MAX_LINE + 1):
                number += 1
                if len(text) > MAX_LINE:
                    raise FileUnusable(f"Line {number} has more than {MAX_LINE:,} characters. That is no entry.")
                if number > MAX_ROWS:
                    raise FileUnusable(f"The file has more than {MAX_ROWS:,} lines. Split it.")
                if text.strip():
                    yield _parsed(number, text.strip())


class JsonLinesRejects:
    """Writes records as they stood, each with what is wrong with it."""

    def __init__(self, path: Path, shape: Shape) -> None:
        """Begin the file."""
        self.handle = io.TextIOWrapper(open_private(path), encoding=shape.encoding, errors="replace")

    def write(self, record: Record, problem: str) -> None:
        """Add a record; a line that is no JSON goes in as text."""
        cells = record.cells or {"line": record.raw}
        kept = {name: value for name, value in cells.items() if name != PROBLEM}
        self.handle.write(json.dumps({**kept, PROBLEM: problem}, ensure_ascii=False) + "\n")
        self.handle.flush()

    def close(self) -> None:
        """End the file."""
        self.handle.close()
