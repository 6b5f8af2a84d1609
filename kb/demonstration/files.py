"""What stands in the files of `fixtures/`, and as what is their text stored?"""

import html
import json
import tomllib
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kb.choices import Axis
from kb.outlines import OUTLINES

LANGUAGES = ("en", "fr", "de")
AXES = {
    Axis.FACILITY: "facility_types",
    Axis.THREAT: "threats",
    Axis.MEASURE: "measures",
    Axis.FUNCTION: "functions",
    Axis.SECTOR: "sectors",
    Axis.EXPERTISE: "expertise_areas",
    Axis.MISSION: "mission_type",
    Axis.EVENT: "event_category",
    Axis.SOURCE: "source_basis",
}
LISTS = {"steps", "side_effects", "indicators", "standards"}


def read_folder(folder: Path) -> Iterator[dict[str, Any]]:
    """Yield the contents of the TOML files of a folder, in the order of their names."""
    for path in sorted(folder.glob("*.toml")):
        yield tomllib.loads(path.read_text(encoding="utf-8"))


def paragraphs(text: str) -> str:
    """Return plain text as HTML paragraphs; blank lines part them."""
    blocks = [" ".join(block.split()) for block in text.split("\n\n")]
    return "".join(f"<p>{html.escape(block, quote=False)}</p>" for block in blocks if block)


def _item(value: Any) -> dict[str, Any]:
    if isinstance(value, dict):
        value = {name: part for name, part in value.items() if name != "options"}
    return {"type": "item", "value": value, "id": str(uuid.uuid4())}


def body_of(kind: str, sections: dict[str, Any]) -> str:
    """Return the stored form of the sections of a fixture, in the order of the outline."""
    stream: list[dict[str, Any]] = []
    for section in OUTLINES[kind]:
        value = sections.get(section.name)
        if not value:
            continue
        if section.name in LISTS:
            value = [_item(part) for part in value]
        elif isinstance(value, str):
            value = paragraphs(value)
        stream.append({"type": section.name, "value": value, "id": str(uuid.uuid4())})
    return json.dumps(stream, ensure_ascii=False)
