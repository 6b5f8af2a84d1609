"""How does the audit log leave the site, and how is it read back? A line for each row, JSON or CSV."""

import csv
import hashlib
import json
import os
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from io import StringIO
from pathlib import Path
from typing import Any

from people.audit import chain
from people.audit.chain import Finding, Head
from people.audit_rows import AuditRow

COLUMNS = (*("sequence", "at", "event", "actor", "object_kind", "object_ids", "outcome", "data", "previous", "hash"),)
_RISKY = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet takes for a formula


def plain(row: AuditRow) -> dict[str, Any]:
    """Return a row as it is written: its hash can be computed from it again."""
    values = chain.values_of(row)
    return {**{name: values[name] for name in COLUMNS}, "at": chain.moment(values["at"])}


def json_lines(rows: Iterable[AuditRow]) -> Iterator[str]:
    """Yield each row as JSON."""
    for row in rows:
        yield json.dumps(plain(row), separators=(",", ":")) + "\n"


def csv_lines(rows: Iterable[AuditRow]) -> Iterator[str]:
    """Yield a line of names, then each row; no cell is taken for a formula."""
    yield _csv_line(COLUMNS)
    for row in rows:
        values = plain(row)
        yield _csv_line([values[name] for name in COLUMNS])


def _csv_line(cells: Iterable[Any]) -> str:
    line = StringIO()
    csv.writer(line).writerow(["" if cell is None else _inert(str(cell)) for cell in cells])
    return line.getvalue()


def _inert(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_RISKY) else cell


FORMATS: dict[str, Callable[[Iterable[AuditRow]], Iterator[str]]] = {"jsonl": json_lines, "csv": csv_lines}


def write(path: Path, lines: Iterable[str]) -> str:
    """Write a file that only its owner reads, whole or not at all; return its SHA-256. Raises OSError."""
    digest = hashlib.sha256()
    part = path.with_name(f".{path.name}.part")
    part.unlink(missing_ok=True)
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as target:
            for line in lines:
                digest.update(line.encode())
                target.write(line.encode())
            target.flush()
            os.fsync(target.fileno())
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    return digest.hexdigest()


def read_back(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the rows of a file of JSON lines. Raises OSError, and ValueError for what is none."""
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            values = json.loads(line)
            if not isinstance(values, dict) or set(values) != set(COLUMNS):
                raise ValueError("This is no row of an audit log.")
            yield {**values, "at": datetime.fromisoformat(values["at"])}


def verify_file(path: Path) -> Finding:
    """Go through an exported or archived file of JSON lines. Raises OSError and ValueError."""
    rows = read_back(path)
    first = next(rows, None)
    if first is None:
        raise ValueError("The file holds no row.")
    start = place = Head(int(first["sequence"]) - 1, str(first["previous"]))
    count = 0

    def all_rows() -> Iterator[dict[str, Any]]:
        yield first
        yield from rows

    for place, trouble in chain.walk(all_rows(), start, {}):
        if trouble:
            return Finding(count, place, place.sequence, trouble)
        count += 1
    return Finding(count, place)
