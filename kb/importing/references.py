"""Which publications does a record rest on?"""

import datetime
from collections.abc import Mapping as Dictionary
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator

from kb.addresses import check_public
from kb.choices import ReferenceKind
from kb.importing import values
from kb.importing.mapping import Mapping
from kb.importing.targets import REFERENCE
from kb.importing.values import Unreadable
from kb.models import EntryReference

_MOST = 40  # references of one entry
_web = URLValidator(schemes=["http", "https"])


def references_of(
    cells: Dictionary[str, Any], mapping: Mapping, today: datetime.date, problems: list[str]
) -> tuple[dict[str, Any], ...]:
    """Return the references of a record; the first one has to name title, publisher, year and address.

    What is wrong with them is added to `problems`.
    """
    given = [{name: cells.get(name) for name in REFERENCE}]
    for number in range(2, 7):
        given.append({name: cells.get(f"{name}_{number}") for name in REFERENCE})
    listed = cells.get("references")
    for part in listed if isinstance(listed, list) else []:
        if isinstance(part, dict):
            named = {**part, "reference_title": part.get("title"), "reference_kind": part.get("kind")}
            given.append({name: named.get(name) for name in REFERENCE})
    filled = [each for each in given if any(value not in ("", None) for value in each.values())]
    if len(filled) > _MOST:
        problems.append(f"references: {len(filled)} are more than {_MOST}.")
        return ()
    read = [_reference(each, place, mapping, today, problems) for place, each in enumerate(filled)]
    return tuple(each for each in read if each is not None)


def _reference(
    given: Dictionary[str, Any], place: int, mapping: Mapping, today: datetime.date, problems: list[str]
) -> dict[str, Any] | None:
    where = "reference" if place == 0 else f"reference {place + 1}"
    missing = [
        name.removeprefix("reference_")
        for name in ("reference_title", "publisher", "year", "url", "reference_kind")
        if given.get(name) in ("", None) and (place == 0 or name.startswith("reference_"))
    ]
    if missing:
        problems.append(f"{where}: its {', '.join(missing)} {'is' if len(missing) == 1 else 'are'} missing.")
        return None
    found: dict[str, Any] = {
        "title": values.line_of(given["reference_title"]),
        **{name: values.line_of(given.get(name)) for name in ("publisher", "url", "locator", "licence")},
    }
    try:
        found["kind"] = values.choice_of(
            mapping.translated("reference_kind", str(given["reference_kind"])), ReferenceKind
        )
        if given.get("year") not in ("", None):
            found["year"] = values.number_of(given["year"], 1700, today.year + 1)
        if found["url"]:
            _web(found["url"])
            check_public(found["url"])
    except Unreadable as error:
        problems.append(f"{where}: {error}.")
        return None
    except ValidationError:
        problems.append(
            f"{where}: {found['url'][:60]!r} is no address that begins with https:// or http:// "
            "and leads to the public web."
        )
        return None
    for name, text in found.items():
        most: int | None = getattr(EntryReference._meta.get_field(name), "max_length", None)
        if most and isinstance(text, str) and len(text) > most:
            problems.append(f"{where}: its {name} has {len(text)} characters, {most} fit.")
    return {name: value for name, value in found.items() if value not in ("", None)}
