"""What do the cells of a record say for the sections of an entry?"""

import re
import string
import uuid
from collections.abc import Mapping
from typing import Any

from wagtail import blocks

from kb.blocks import OutlineBlock
from kb.choices import Actor, SideEffect
from kb.importing.targets import NEEDS
from kb.importing.values import Unreadable, choice_of, line_of, list_of, prose_of, text_of
from kb.outlines import OUTLINES

_BLOCKS = OutlineBlock().child_blocks
_LISTS = {"steps", "side_effects", "indicators", "standards"}


def _parts(row: Any, names: tuple[str, ...]) -> dict[str, Any]:
    """Return the parts of an item: of an object by name, of a text by the bars between them."""
    if isinstance(row, dict):
        return {name: row.get(name, "") for name in names}
    texts = [part.strip() for part in str(row).split(" | ", len(names) - 1)]
    return dict(zip(names, [*texts, *[""] * len(names)], strict=False))


def _steps(rows: list[Any]) -> list[Any]:
    found = (_parts(row, ("title", "text")) for row in rows)
    return [{"title": line_of(item["title"]), "text": text_of(item["text"])} for item in found if item["title"]]


def _side_effects(rows: list[Any]) -> list[Any]:
    found = []
    for row in rows:
        item = _parts(row, ("kind", "text"))
        if not item["text"]:
            raise Unreadable("side_effects: write each as “kind | text”, one a line")
        found.append({"kind": choice_of(item["kind"], SideEffect), "text": text_of(item["text"])})
    return found


def _indicators(rows: list[Any]) -> list[Any]:
    if len(rows) > len(string.ascii_lowercase):
        raise Unreadable("indicators: there are more than 26")
    found = []
    for letter, row in zip(string.ascii_lowercase, rows, strict=False):
        item = _parts(row, ("question", "note"))
        found.append({"code": letter, "question": line_of(item["question"]), "note": text_of(item["note"])})
    return found


def _value(name: str, cells: Mapping[str, Any], separator: str) -> Any:
    """Return the stored value of one section, or nothing where no cell speaks of it. Raises Unreadable."""
    cell = cells.get(name)
    if name == "needs":
        given = {part.removeprefix("needs_"): line_of(cells.get(part)) for part in NEEDS}
        return given if any(given.values()) else None
    if not cell:
        return None
    if name == "who_should_act":
        return list(dict.fromkeys(choice_of(part, Actor) for part in list_of(cell, separator, words=True)))
    if name not in _LISTS:
        return prose_of(cell)
    rows = list_of(cell, separator, words=False)
    if name == "standards":
        return [line_of(row) for row in rows]
    return {"steps": _steps, "side_effects": _side_effects, "indicators": _indicators}[name](rows)


def _too_long(block: blocks.Block, value: Any) -> list[str]:
    """Return in words what does not fit into the block."""
    if isinstance(block, blocks.ListBlock):
        return [found for part in value for found in _too_long(block.child_block, part)]
    if isinstance(block, blocks.StructBlock):
        return [found for name, part in value.items() for found in _too_long(block.child_blocks[name], part)]
    most = getattr(getattr(block, "field", None), "max_length", None)
    if most and isinstance(value, str) and len(value) > most:
        return [f"“{value[:30]}…” has {len(value)} characters, {most} fit"]
    return []


def sections_of(kind: str, cells: Mapping[str, Any], separators: Mapping[str, str]) -> tuple[dict[str, Any], list[str]]:
    """Return (the sections of a kind by name, in stored form without identifiers; in words what is wrong with them).

    Cells for sections that the kind does not have are named as wrong: they would be lost.
    """
    found: dict[str, Any] = {}
    problems: list[str] = []
    own = [section.name for section in OUTLINES[kind]]
    for name in own:
        try:
            value = _value(name, cells, separators.get(name, ""))
        except Unreadable as error:
            problems.append(f"{name}: {str(error).removeprefix(name + ': ')}.")
            continue
        if value:
            problems += [f"{name}: {long}." for long in _too_long(_BLOCKS[name], value)]
            found[name] = value
    foreign = [name for name in _BLOCKS if name not in own and cells.get(name)]
    if "needs" not in own and any(cells.get(part) for part in NEEDS):
        foreign.append("needs")
    if foreign:
        problems.append(f"An entry of this kind has no section {', '.join(foreign)}.")
    return found, problems


def stream_of(kind: str, sections: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    """Return the stored form of the body; the identifiers of blocks follow from the name and from where they stand."""
    space = uuid.uuid5(uuid.NAMESPACE_URL, name)

    def identified(kind_of_block: str, value: Any, place: str) -> dict[str, Any]:
        return {"type": kind_of_block, "value": value, "id": str(uuid.uuid5(space, place))}

    stream = []
    for section in OUTLINES[kind]:
        value = sections.get(section.name)
        if not value:
            continue
        if section.name in _LISTS:
            value = [identified("item", part, f"{section.name}:{place}") for place, part in enumerate(value)]
        stream.append(identified(section.name, value, section.name))
    return stream


def has_words(text: str) -> bool:
    """Does a text hold a letter or a digit at all?"""
    return bool(re.search(r"\w", text))
