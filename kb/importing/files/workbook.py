"""Which records does a sheet of an .xlsx workbook hold?"""

import datetime
import re
import warnings
import xml.etree.ElementTree
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.cell import WriteOnlyCell
from openpyxl.xml.functions import fromstring

from kb.importing.files.base import (
    MAX_CELL,
    MAX_COLUMNS,
    MAX_FILE,
    MAX_ROWS,
    PROBLEM,
    FileUnusable,
    Record,
    Shape,
    Wishes,
    column_names,
    open_private,
)

_CONTENTS = "[Content_Types].xml"
_STREAMED = {
    f"application/vnd.openxmlformats-officedocument.spreadsheetml.{kind}+xml" for kind in ("worksheet", "sharedStrings")
}
_MOST_PARTS = 2_000  # files in the archive
_MOST_UNPACKED = MAX_FILE // 2
_MOST_BESIDE = 2_000_000  # bytes of a part that is read as a whole: styles, names, what the workbook consists of
_MOST_RATIO = 200  # a part of some size that packs better than this is made to fill memory


def _streamed(archive: zipfile.ZipFile) -> set[str]:
    """Return the parts that are read bit by bit: what the archive calls sheets and shared texts, and nothing else.

    Its list of parts decides, not their names: the part that is the workbook may have any.
    """
    try:
        listed = archive.getinfo(_CONTENTS)
        if listed.file_size > _MOST_BESIDE:
            return set()
        root, charts = fromstring(archive.read(listed)), _charts(archive)
    except (KeyError, ValueError, xml.etree.ElementTree.ParseError):
        return set()
    kinds: dict[str, set[str]] = {}
    for part in root:
        kinds.setdefault(part.get("PartName", "").removeprefix("/"), set()).add(part.get("ContentType", ""))
    return {
        name
        for name, found in kinds.items()
        if found <= _STREAMED
        and name.rpartition("/")[2].lower() not in charts
        and re.fullmatch(r"xl/(?:worksheets/[^/]+|sharedStrings)\.xml", name, re.IGNORECASE)
    }


def _charts(archive: zipfile.ZipFile) -> set[str]:
    """Return the names, without folders, of what is said to be a sheet with nothing but a chart: read as a whole."""
    found: set[str] = set()
    for part in archive.infolist():
        if part.filename.lower().endswith(".rels") and part.file_size <= _MOST_BESIDE:
            for link in fromstring(archive.read(part)):
                if "chartsheet" in link.get("Type", ""):
                    found.add(link.get("Target", "").rpartition("/")[2].lower())
    return found


def _check_archive(path: Path) -> None:
    """Raise FileUnusable where the archive is none, or would unpack to more than can be borne."""
    if not zipfile.is_zipfile(path):
        raise FileUnusable(f"{path} is no .xlsx workbook. Save it as .xlsx or CSV; the old .xls is not read.")
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            streamed = _streamed(archive)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise FileUnusable(f"The workbook is damaged: {error}.") from None
    unpacked = sum(part.file_size for part in parts)
    packed = sum(part.compress_size for part in parts)
    sizes = [(unpacked, packed), *((part.file_size, part.compress_size) for part in parts)]
    swollen = any(size > 1_000_000 and size > small * _MOST_RATIO for size, small in sizes)
    swollen = swollen or any(part.file_size > _MOST_BESIDE and part.filename not in streamed for part in parts)
    if len(parts) > _MOST_PARTS or unpacked > _MOST_UNPACKED or swollen:
        raise FileUnusable(f"The workbook unpacks to {unpacked / 1e6:,.0f} MB. That is no table; it is not opened.")


def _text(value: Any) -> Any:
    """Return a cell's value as the other formats have it: texts, dates, nothing."""
    if value is None or isinstance(value, datetime.date):
        return value.date() if isinstance(value, datetime.datetime) else value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


class Workbook:
    """One sheet of a workbook; of a formula, the value that was calculated when it was saved."""

    def __init__(self, path: Path, wishes: Wishes) -> None:
        """Find the sheet and its columns. Raises FileUnusable."""
        if not openpyxl.DEFUSEDXML:
            raise FileUnusable("The package defusedxml is missing; without it workbooks are not safe to open.")
        _check_archive(path)
        self.path = path
        self.sheet = wishes.sheet
        head = next(self._rows(), None)
        if head is None:
            raise FileUnusable("The sheet is empty.")
        cells = list(head[1])
        while cells and cells[-1] is None:
            cells.pop()
        self.shape = Shape("XLSX", "", tuple(column_names(cells)), unit="row")

    def _rows(self) -> Iterator[tuple[int, tuple[Any, ...]]]:
        """Yield (row, values) of every row that is not empty. Raises FileUnusable."""
        book = None
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # of drawings and checks that nobody reads here
                book = openpyxl.load_workbook(self.path, read_only=True, data_only=True, keep_links=False)
                if self.sheet and self.sheet not in book.sheetnames:
                    raise FileUnusable(f"There is no sheet “{self.sheet}”. There are: {', '.join(book.sheetnames)}.")
                sheet = book[self.sheet] if self.sheet else book.worksheets[0]
                # One more of each than is read, so that it shows where there is too much.
                rows = sheet.iter_rows(values_only=True, max_row=MAX_ROWS + 1, max_col=MAX_COLUMNS + 1)
                for number, values in enumerate(rows, 1):
                    if any(value is not None for value in values):
                        yield number, values
        except FileUnusable:
            raise
        except Exception as error:  # a damaged or hostile workbook raises whatever its part raises
            raise FileUnusable(
                f"The workbook cannot be read ({type(error).__name__}). Save it anew as .xlsx."
            ) from None
        finally:
            if book is not None:
                book.close()

    def records(self) -> Iterator[Record]:
        """Yield the records below the head. Raises FileUnusable where the rest cannot be read."""
        columns = self.shape.columns
        rows = self._rows()
        next(rows)
        for number, values in rows:
            if number > MAX_ROWS:
                raise FileUnusable(f"The sheet has more than {MAX_ROWS:,} rows. Split it.")
            texts = [_text(value) for value in values]
            while texts and texts[-1] is None:
                texts.pop()
            broken = ""
            if len(texts) > len(columns):
                broken = "there are cells to the right of the last column that has a name."
            elif long := next(
                (n for n, c in zip(columns, texts, strict=False) if isinstance(c, str) and len(c) > MAX_CELL), ""
            ):
                broken = f"the cell “{long}” has more than {MAX_CELL:,} characters."
            yield Record(number, dict(zip(columns, texts, strict=False)), texts, broken)


class WorkbookRejects:
    """Writes rows as they stood into a new workbook, each with what is wrong with it."""

    def __init__(self, path: Path, shape: Shape) -> None:
        """Begin the sheet with the head."""
        self.handle = open_private(path)
        self.columns = [name for name in shape.columns if name != PROBLEM]
        self.places = [place for place, name in enumerate(shape.columns) if name != PROBLEM]
        self.book = openpyxl.Workbook(write_only=True)
        self.sheet = self.book.create_sheet("Not taken")
        self._append([*self.columns, PROBLEM])

    def _append(self, values: list[Any]) -> None:
        cells = []
        for value in values:
            shown = openpyxl.cell.cell.ILLEGAL_CHARACTERS_RE.sub("", value) if isinstance(value, str) else value
            cell = WriteOnlyCell(self.sheet, value=shown)
            if isinstance(shown, str):
                cell.data_type = "s"  # text that begins with = is no formula
            cells.append(cell)
        self.sheet.append(cells)

    def write(self, record: Record, problem: str) -> None:
        """Add a record."""
        texts = list(record.raw)
        self._append([*(texts[place] if place < len(texts) else None for place in self.places), problem])

    def close(self) -> None:
        """Save the workbook."""
        with self.handle:
            self.book.save(self.handle)
