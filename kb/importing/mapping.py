"""Which column of a file feeds which field of an entry?"""

import difflib
import json
import tomllib
from collections.abc import Mapping as Dictionary
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kb.importing.files.base import MAX_LINE, PROBLEM, Cleaned, FileUnusable, Record, plain_cell
from kb.importing.markings import may_mark, names_marking, names_tlp
from kb.importing.targets import AXIS_OF, BY_NAME, TARGETS, normal

_PARTS = {"source", "columns", "constants", "separators", "values", "date_formats", "ignore"}
# Public records of others: what a file does not say of itself.
DEFAULTS: dict[str, Any] = {"mission_type": "desk-research", "language": "en"}


class MappingUnusable(FileUnusable):
    """The mapping cannot be used; the message says what is wrong with it."""


def _nearest(name: str, known: Sequence[str]) -> str:
    found = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
    return f" Did you mean {found[0]!r}?" if found else ""


def _load(path: Path) -> dict[str, Any]:
    try:
        if path.stat().st_size > MAX_LINE:
            raise MappingUnusable(f"{path} is too large for a mapping.")
        text = path.read_text(encoding="utf-8-sig")
        data = json.loads(text) if path.suffix.lower() == ".json" else tomllib.loads(text)
    except OSError as error:
        raise MappingUnusable(f"The mapping {path} cannot be read: {error.strerror or error}.") from None
    except (ValueError, RecursionError) as error:
        raise MappingUnusable(f"The mapping {path} is not understood: {error}.") from None
    if not isinstance(data, dict):
        raise MappingUnusable(f"The mapping {path} has to hold tables, as docs/how-to/import.md shows.")
    return data


def _check(data: dict[str, Any]) -> None:
    """Raise MappingUnusable for a part, a field or a value that means nothing."""
    for part in data:
        if part not in _PARTS:
            raise MappingUnusable(f"The mapping has no part {part!r}.{_nearest(part, sorted(_PARTS))}")
    for part in ("columns", "constants", "separators", "values"):
        table = data.get(part, {})
        if not isinstance(table, dict):
            raise MappingUnusable(f"[{part}] in the mapping has to be a table.")
        for target, value in table.items():
            if target not in TARGETS:
                known = sorted(TARGETS)
                raise MappingUnusable(f"[{part}] names {target!r}, which no entry has.{_nearest(target, known)}")
            if part == "values" and not (
                isinstance(value, dict) and all(isinstance(each, str) for each in value.values())
            ):
                raise MappingUnusable(f"[values.{target}] has to say which text means which identifier.")
            if part == "separators" and not (isinstance(value, str) and value):
                raise MappingUnusable(f"The separator of {target!r} has to be a text.")
    if not isinstance(data.get("source", ""), str) or len(data.get("source", "")) > 60:
        raise MappingUnusable("“source” has to be a short name, at most 60 characters.")
    formats = data.get("date_formats", [])
    if not isinstance(formats, list) or not all(isinstance(each, str) and "%" in each for each in formats):
        raise MappingUnusable('“date_formats” has to be a list such as ["%d.%m.%Y"].')
    ignored = data.get("ignore", [])
    if not isinstance(ignored, list) or not all(isinstance(each, str) for each in ignored):
        raise MappingUnusable('“ignore” has to be a list of columns such as ["Internal handling"].')


@dataclass(frozen=True)
class Mapping:
    """What feeds what. `columns` holds for each field the columns whose texts make it up.

    Every column that can hold the marking is in `markings`; `suspects` are those whose names may stand for one, and
    about which the mapping says nothing.
    """

    source: str = "import"
    columns: dict[str, tuple[str, ...]] = field(default_factory=dict)
    constants: dict[str, Any] = field(default_factory=dict)
    separators: dict[str, str] = field(default_factory=dict)
    values: dict[str, dict[str, str]] = field(default_factory=dict)
    date_formats: tuple[str, ...] = ()
    unused: tuple[str, ...] = ()
    guessed: tuple[str, ...] = ()
    markings: tuple[str, ...] = ()
    suspects: tuple[str, ...] = ()

    def fed(self, record: Record, cleaned: Cleaned) -> dict[str, Any]:
        """Return what a record says, by field: its cells, cleaned of what no entry may hold, and the constants.

        A field with several columns gets their texts as paragraphs. Empty cells say nothing.
        """
        found: dict[str, Any] = {}
        for target, columns in self.columns.items():
            parts = [_cell(record.cells[name], record.line, cleaned) for name in columns if name in record.cells]
            filled = [part for part in parts if part not in ("", None, [], {})]
            if len(filled) == 1:
                found[target] = filled[0]
            elif filled:
                found[target] = "\n\n".join(str(part) for part in filled)
        return {**DEFAULTS, **self.constants, **found}

    def translated(self, target: str, text: str) -> str:
        """Return the identifier that the mapping gives for a text of the file, else the text."""
        return self.values.get(target, {}).get(normal(text), text)


def _cell(value: Any, line: int, cleaned: Cleaned) -> Any:
    if isinstance(value, str):
        text, formula, control = plain_cell(value)
        if formula or control:
            cleaned.note(line, formula=formula, control=control)
        return text
    if isinstance(value, list):
        return [_cell(part, line, cleaned) for part in value]
    if isinstance(value, dict):
        return {str(name): _cell(part, line, cleaned) for name, part in value.items()}
    return value


def fit(columns: Sequence[str], path: Path | None = None, *, each_record: bool = False) -> Mapping:
    """Return the mapping of a file's columns: what the mapping file says, and where it is silent what names say.

    Raises MappingUnusable where it names columns that the file lacks, where nothing feeds a title, or where a column
    may hold a marking and the mapping does not say what it is. With `each_record`, for files whose records have names
    of their own, such a column keeps out the records that have it instead.
    """
    data = _load(path) if path else {}
    _check(data)
    ignored = _ignored(data, columns)
    stated = _stated(data, columns)
    guessed, markings = _guessed(data, columns, stated, ignored)
    whole = {**stated, **guessed}
    if markings:
        whole["marking"] = markings
    used = {name for names in whole.values() for name in names}
    if "title" not in whole:
        raise MappingUnusable(
            "No column feeds the title. Name one of them “title”, or say in a mapping which it is: "
            f'[columns] title = "{columns[0]}".'
        )
    unused = tuple(name for name in columns if name not in used and name != PROBLEM)
    suspects = tuple(name for name in unused if name not in ignored and may_mark(name))
    if suspects and not each_record:
        raise MappingUnusable(
            f"The column {suspects[0]!r} may hold a marking, and only public records come in by a file. Say in a "
            f'mapping which field it feeds, as in [columns] marking = "{suspects[0]}", or, where it is no marking, '
            f'ignore = ["{suspects[0]}"].'
        )
    return Mapping(
        source=data.get("source", "import"),
        columns=whole,
        constants=data.get("constants", {}),
        separators=data.get("separators", {}),
        values=_folded(data.get("values", {})),
        date_formats=tuple(data.get("date_formats", ())),
        unused=unused,
        guessed=tuple(guessed),
        markings=markings,
        suspects=suspects,
    )


def _lacking(name: str, columns: Sequence[str]) -> MappingUnusable:
    return MappingUnusable(
        f"The mapping names the column {name!r}, which the file lacks.{_nearest(name, list(columns))}"
    )


def _stated(data: Dictionary[str, Any], columns: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Return what the mapping file says about columns. Raises MappingUnusable for one that the file lacks."""
    stated: dict[str, tuple[str, ...]] = {}
    for target, named in data.get("columns", {}).items():
        stated[target] = (named,) if isinstance(named, str) else tuple(str(name) for name in named)
        for name in stated[target]:
            if name not in columns:
                raise _lacking(name, columns)
    return stated


def _ignored(data: Dictionary[str, Any], columns: Sequence[str]) -> frozenset[str]:
    """Return the columns that hold no marking, whatever their names. Raises MappingUnusable."""
    for name in data.get("ignore", []):
        if name not in columns:
            raise _lacking(name, columns)
        if names_tlp(name):
            raise MappingUnusable(f"The column {name!r} holds TLP labels, and cannot be ignored.")
    return frozenset(data.get("ignore", []))


def _guessed(
    data: Dictionary[str, Any],
    columns: Sequence[str],
    stated: Dictionary[str, tuple[str, ...]],
    ignored: frozenset[str],
) -> tuple[dict[str, tuple[str, ...]], tuple[str, ...]]:
    """Return (what feeds what by the names of columns, every column that can hold the marking)."""
    taken = {name for names in stated.values() for name in names}
    guessed: dict[str, tuple[str, ...]] = {}
    markings = list(stated.get("marking", ()))
    for name in columns:
        target = BY_NAME.get(normal(name), "")
        if names_marking(name):
            # A “label” may be any; the other names speak of markings, whatever else their columns feed.
            if name not in ignored and (name not in taken or normal(name) != "label"):
                markings.append(name)
        elif target and name not in taken and target not in {*stated, *guessed, *data.get("constants", {})}:
            guessed[target] = (name,)
    found = tuple(dict.fromkeys(markings))
    if by_name := tuple(name for name in found if name not in stated.get("marking", ())):
        guessed["marking"] = by_name
    return guessed, found


def _folded(values: Dictionary[str, Dictionary[str, str]]) -> dict[str, dict[str, str]]:
    return {target: {normal(text): slug for text, slug in table.items()} for target, table in values.items()}


def snippet(unknown: Dictionary[tuple[str, str], Sequence[str]]) -> str:
    """Return TOML that would translate these texts (field, text) to the nearest of the offered identifiers."""
    lines: list[str] = []
    for target in [name for name in AXIS_OF if any(axis == name for axis, _text in unknown)]:
        lines.append(f"[values.{target}]")
        lines += [
            f"{json.dumps(text, ensure_ascii=False)} = {json.dumps(offers[0] if offers else '')}"
            for (axis, text), offers in unknown.items()
            if axis == target
        ]
    return "\n".join(lines)
