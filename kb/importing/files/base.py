"""What is a record of a file, how large may one be, and why can a file not be used?"""

import os
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, Protocol

MAX_FILE = 300_000_000  # bytes of a file, and of what an .xlsx unpacks to
MAX_ROWS = 500_000
MAX_COLUMNS = 300
MAX_CELL = 50_000  # characters; an entry has some 3,000
MAX_LINE = 2_000_000  # characters of one line or one record
PROBLEM = "import_problem"  # the column of a file of rejects that says why

# Control characters but tab and line breaks, marks that turn the direction of writing, and marks nobody sees.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]"
)
# What a spreadsheet would run as a formula; a minus before a space or a number is a list item or a number.
_FORMULA = re.compile(r"^'?(?:[=@\t\r]|[+-](?![\s\d]))+[=@+\-\t\r]*")


_BREAKS = re.compile("[\r\n\u2028\u2029]+")


class FileUnusable(ValueError):
    """Nothing of the file can be taken; the message says why, where, and what to do."""


class RecordUnusable(ValueError):
    """One record cannot be taken; the message says why."""


@dataclass(frozen=True)
class Record:
    """One record: the file's own line or row on which it begins, and its cells by column.

    `broken` says what keeps it from being read, where its cells could not be told apart; `raw` is what stood there.
    """

    line: int
    cells: dict[str, Any]
    raw: Any = None
    broken: str = ""


@dataclass(frozen=True)
class Shape:
    """What was found out about a file: words for the report, and what a file of rejects needs to be like it."""

    format: str
    encoding: str
    columns: tuple[str, ...]
    delimiter: str = ""
    unit: str = "line"


class Table(Protocol):
    """A file that can be read more than once, each time from its beginning."""

    shape: Shape

    def records(self) -> Iterator[Record]:
        """Yield the records. Raises FileUnusable where the rest of the file cannot be read."""
        ...


@dataclass(frozen=True)
class Wishes:
    """What the operator says about a file instead of having it found out."""

    format: str = ""
    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""


@dataclass
class Cleaned:
    """How many cells were changed before anything was made of them."""

    formulas: int = 0
    control: int = 0
    lines: list[int] = field(default_factory=list)

    def note(self, line: int, *, formula: bool, control: bool) -> None:
        """Count a cell, and keep the first lines for the report."""
        self.formulas += formula
        self.control += control
        if (formula or control) and len(self.lines) < 5 and line not in self.lines:
            self.lines.append(line)


def plain_cell(value: str) -> tuple[str, bool, bool]:
    """Return (text, was it a formula, did it hold control characters) of a cell.

    Line breaks are of one kind, a letter with its accent is one character, and what a spreadsheet would run loses
    its first sign.
    """
    text = value.replace("\r\n", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    text = unicodedata.normalize("NFC", text.encode("utf-8", "ignore").decode("utf-8"))
    shown = _INVISIBLE.sub("", text)
    safe = _FORMULA.sub("", shown).replace("\r", "\n")
    return safe.strip(), safe != shown.replace("\r", "\n"), shown != text


def shown(text: str) -> str:
    """Return a text for one line of a terminal or a log, without what would steer it or could not be written there."""
    whole = text.encode("utf-8", "ignore").decode("utf-8")
    return _BREAKS.sub(" ", _INVISIBLE.sub("", whole))


def open_private(path: Path) -> BinaryIO:
    """Open a new, empty file that only its owner reads. Raises OSError."""
    handle = os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600), "wb")
    os.fchmod(handle.fileno(), 0o600)  # before anything is in it, where it was there already
    handle.truncate()
    return handle


def is_formula(value: str) -> bool:
    """Would a spreadsheet run this cell?"""
    return bool(_FORMULA.match(value))


def check_file(path: Path) -> None:
    """Raise FileUnusable where there is no ordinary, readable file of a bearable size."""
    if not path.exists():
        raise FileUnusable(f"There is no file {path}.")
    if not path.is_file():
        raise FileUnusable(f"{path} is not a file.")
    size = path.stat().st_size
    if size == 0:
        raise FileUnusable(f"{path} is empty.")
    if size > MAX_FILE:
        raise FileUnusable(f"{path} has {size / 1e6:,.0f} MB; at most {MAX_FILE / 1e6:,.0f} are read. Split it.")


def column_names(cells: list[Any]) -> list[str]:
    """Return the names of the columns from the cells of a head; a column without a name gets its number.

    Raises FileUnusable where there are too many, none, or two of the same name.
    """
    if len(cells) > MAX_COLUMNS:
        raise FileUnusable(f"The file has {len(cells):,} columns; at most {MAX_COLUMNS} are read.")
    names = [plain_cell(str(cell or ""))[0] for cell in cells]
    named = [name for name in names if name]
    if not named:
        raise FileUnusable("The first line has to name the columns, and it is empty.")
    twice = sorted({name for name in named if named.count(name) > 1})
    if twice:
        raise FileUnusable(f"Two columns have the same name: {', '.join(twice)}. Rename one of them.")
    return [name or f"column {position}" for position, name in enumerate(names, 1)]
