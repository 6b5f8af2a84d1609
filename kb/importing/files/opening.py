"""Which of the formats is a file in, and how is a file of rejects like it made?"""

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from kb.importing.files.base import FileUnusable, Record, Shape, Table, Wishes, check_file
from kb.importing.files.delimited import Delimited, DelimitedRejects
from kb.importing.files.json_lines import JsonLines, JsonLinesRejects
from kb.importing.files.workbook import Workbook, WorkbookRejects

FORMATS: dict[str, Callable[[Path, Wishes], Table]] = {"csv": Delimited, "jsonl": JsonLines, "xlsx": Workbook}
_ENDINGS = {
    **dict.fromkeys((".csv", ".tsv", ".tab", ".txt"), "csv"),
    **dict.fromkeys((".jsonl", ".ndjson", ".json"), "jsonl"),
    **dict.fromkeys((".xlsx", ".xlsm"), "xlsx"),
}


class Rejects(Protocol):
    """A file that rows go into which could not be taken."""

    def write(self, record: Record, problem: str) -> None:
        """Add a record with what is wrong with it."""
        ...

    def close(self) -> None:
        """End the file."""
        ...


def open_table(path: Path, wishes: Wishes) -> Table:
    """Return the table in a file, its shape found out. Raises FileUnusable."""
    check_file(path)
    kind = wishes.format or _ENDINGS.get(path.suffix.lower(), "")
    if kind not in FORMATS:
        raise FileUnusable(
            f"The ending of {path.name} says no format. Give --format with one of: {', '.join(sorted(FORMATS))}."
        )
    try:
        return FORMATS[kind](path, wishes)
    except OSError as error:
        raise FileUnusable(f"{path} cannot be read: {error.strerror or error}.") from None


def open_rejects(path: Path, shape: Shape) -> Rejects:
    """Return a new file of rejects in the format of the table. Raises FileUnusable where it cannot be written."""
    makers: dict[str, Callable[[Path, Shape], Rejects]] = {
        "CSV": DelimitedRejects,
        "JSON lines": JsonLinesRejects,
        "XLSX": WorkbookRejects,
    }
    try:
        return makers[shape.format](path, shape)
    except OSError as error:
        raise FileUnusable(f"{path} cannot be written: {error.strerror or error}.") from None
