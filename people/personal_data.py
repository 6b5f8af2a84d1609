"""What is kept of one person, in every app: how is it handed over, and how does it go?

Apps above register what they keep: an exporter returns rows of plain data, an eraser takes the person out of rows that
stay. Rows that belong to the person alone go with the account by themselves.
"""

import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

from django.utils import timezone

from people.models import User

Exporter = Callable[[User], Any]
Eraser = Callable[[User], None]

_exporters: dict[str, Exporter] = {}
_erasers: dict[str, Eraser] = {}


def register(name: str, *, export: Exporter | None = None, erase: Eraser | None = None) -> None:
    """Add what an app keeps of a person, under a name that stands in the export; again under the same name replaces."""
    if export is not None:
        _exporters[name] = export
    if erase is not None:
        _erasers[name] = erase


def of(user: User) -> dict[str, Any]:
    """Return everything that is kept of a person, by the names under which it was registered."""
    return {name: export(user) for name, export in sorted(_exporters.items())}


def packed(user: User) -> bytes:
    """Return everything that is kept of a person as JSON in a zip file."""
    data = {"made_at": timezone.now().isoformat(timespec="seconds"), **of(user)}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as bundle:
        bundle.writestr("personal-data.json", json.dumps(data, ensure_ascii=False, indent=1, default=str))
    return buffer.getvalue()


def erase(user: User) -> None:
    """Take the person out of every row that stays, app by app."""
    for _name, eraser in sorted(_erasers.items()):
        eraser(user)
