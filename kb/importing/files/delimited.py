"""Which records does a CSV or TSV file hold?"""

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from kb.importing.files.base import (
    MAX_CELL,
    MAX_LINE,
    MAX_ROWS,
    PROBLEM,
    FileUnusable,
    Record,
    Shape,
    Wishes,
    column_names,
    open_private,
)
from kb.importing.files.encoding import encoding_of

_DELIMITERS = ",;\t|"
_NAMED = {"tab": "\t", "\\t": "\t", "comma": ",", "semicolon": ";", "pipe": "|"}


def _lines(handle: TextIO) -> Iterator[str]:
    """Yield the lines of a file; no line is read further than a record may be long. Raises FileUnusable."""
    number = 0
    while line := handle.readline(MAX_LINE + 1):
        number += 1
        if len(line) > MAX_LINE:
            raise FileUnusable(f"Line {number} has more than {MAX_LINE:,} characters. This is not a table of entries.")
        yield line


def _delimiter(head: str, wished: str) -> str:
    """Return what parts the cells: the wished sign, else the most frequent one outside quotes in the head."""
    if wished:
        sign = _NAMED.get(wished, wished)
        if len(sign) != 1 or sign in '"\r\n':
            raise FileUnusable(f"{wished!r} cannot part cells. Give one sign, or: tab, comma, semicolon, pipe.")
        return sign
    bare = re.sub(r'"[^"]*"', "", head)
    return max(_DELIMITERS, key=bare.count)


class Delimited:
    """A file of comma-separated values (RFC 4180), parted by whatever sign."""

    def __init__(self, path: Path, wishes: Wishes) -> None:
        """Find out encoding, delimiter and columns. Raises FileUnusable."""
        self.path = path
        encoding = encoding_of(path, wishes.encoding)
        with path.open(encoding=encoding, newline="") as handle:
            head = next((line for line in _lines(handle) if line.strip()), "")
        delimiter = _delimiter(head, wishes.delimiter)
        self.shape = Shape("CSV", encoding, (), delimiter)
        names = next(self._rows(), (0, []))[1]
        self.shape = Shape("CSV", encoding, tuple(column_names(list(names))), delimiter)

    def _rows(self) -> Iterator[tuple[int, list[str]]]:
        """Yield (line on which it begins, cells) of every row that is not empty. Raises FileUnusable."""
        csv.field_size_limit(MAX_LINE)
        with self.path.open(encoding=self.shape.encoding, newline="") as handle:
            reader = csv.reader(_lines(handle), delimiter=self.shape.delimiter, strict=True)
            while True:
                begins = reader.line_num + 1
                try:
                    cells = next(reader)
                except StopIteration:
                    return
                except csv.Error as error:
                    raise FileUnusable(_in_words(begins, reader.line_num, str(error))) from None
                if any(cell.strip() for cell in cells):
                    yield begins, cells

    def records(self) -> Iterator[Record]:
        """Yield the records below the head. Raises FileUnusable where the rest cannot be read."""
        columns = self.shape.columns
        rows = self._rows()
        next(rows)
        for count, (line, cells) in enumerate(rows, 1):
            if count > MAX_ROWS:
                raise FileUnusable(f"The file has more than {MAX_ROWS:,} rows. Split it.")
            broken = ""
            if len(cells) > len(columns) and any(cell.strip() for cell in cells[len(columns) :]):
                broken = (
                    f"the row has {len(cells)} cells, the head {len(columns)}. "
                    "A cell that holds the delimiter has to stand in quotes."
                )
            elif long := next((name for name, cell in zip(columns, cells, strict=False) if len(cell) > MAX_CELL), ""):
                broken = f"the cell “{long}” has more than {MAX_CELL:,} characters."
            yield Record(line, dict(zip(columns, cells, strict=False)), cells[: len(columns) + 5], broken)


def _in_words(begins: int, ends: int, error: str) -> str:
    where = f"line {begins}" if ends <= begins else f"lines {begins} to {ends}"
    if "field larger" in error or "unexpected end" in error:
        return (
            f"A quoted cell that begins in {where.split(' to ')[0].replace('lines', 'line')} is not closed. "
            'Put a " at its end; a quote inside a cell is written twice.'
        )
    if "expected after" in error:
        return (
            f"In {where} something follows a closing quote. A quote inside a cell is written twice, "
            "and each cell that begins with a quote ends with one."
        )
    return f"The table cannot be read in {where}: {error}."


class DelimitedRejects:
    """Writes rows of a CSV file as they stood, each with what is wrong with it."""

    def __init__(self, path: Path, shape: Shape) -> None:
        """Begin the file with the head."""
        encoding = "utf-8-sig" if shape.encoding == "utf-8-sig" else shape.encoding
        self.columns = [name for name in shape.columns if name != PROBLEM]
        self.places = [place for place, name in enumerate(shape.columns) if name != PROBLEM]
        self.handle = io.TextIOWrapper(open_private(path), encoding=encoding, errors="replace", newline="")
        self.writer = csv.writer(self.handle, delimiter=shape.delimiter or ",")
        self.writer.writerow([*map(quoted, self.columns), PROBLEM])

    def write(self, record: Record, problem: str) -> None:
        """Add a record; what a spreadsheet would run gets an apostrophe, which the next import takes away."""
        cells = list(record.raw)
        kept = [cells[place] if place < len(cells) else "" for place in self.places]
        self.writer.writerow([*(quoted(cell) for cell in kept), quoted(problem)])
        self.handle.flush()

    def close(self) -> None:
        """End the file."""
        self.handle.close()


def quoted(cell: str) -> str:
    """Return a cell that no spreadsheet runs."""
    return f"'{cell}" if cell.lstrip().startswith(("=", "+", "-", "@")) or cell.startswith(("\t", "\r")) else cell
