"""What do records of a file look like that can be imported?"""

import csv
import io
import json
from collections.abc import Iterable, Mapping
from io import StringIO
from pathlib import Path
from typing import Any

import openpyxl
from django.core.management import CommandError, call_command

from people.choices import Role
from people.models import User
from tests.factories import make_user

PRACTICE: dict[str, Any] = {
    "key": "slow-approach",
    "language": "en",
    "kind": "practice",
    "title": "Slow vehicles down before they reach the crowd",
    "summary": "Bends and narrowings lower the speed at which a barrier can be reached.",
    "works_when": "the square is rebuilt anyway",
    "not_when": "the event is tomorrow",
    "facility_types": "christmas-market; Public square",
    "threats": "vehicle-as-weapon",
    "measures": "traffic-calming",
    "functions": "delay",
    "evidence": "B2",
    "review_by": "2099-01-31",
    "reference_kind": "guidance",
    "reference_title": "Protecting public spaces",
    "publisher": "European Commission",
    "year": "2022",
    "url": "https://home-affairs.ec.europa.eu/",
    "keywords": "bollards; approach",
    "problem": "A straight road points at the crowd.",
    "description": "Change the line before choosing the element.",
    "steps": "Draw the lines. | With the road authority.\nNote the speeds.",
    "needs_powers": "Traffic order",
    "needs_cost": "Band 2 of 4",
    "needs_time": "Two weeks",
    "needs_people": "Two planners",
    "side_effects": "access | Deliveries need a time window.",
    "effectiveness": "It can be calculated and measured.",
}
FRENCH = {
    "key": "slow-approach",
    "language": "fr",
    "kind": "practice",
    "title": "Ralentir les véhicules avant la foule",
    "summary": "Courbes et rétrécissements abaissent la vitesse d’approche.",
    "works_when": "la place est réaménagée",
    "not_when": "l’événement est demain",
    "reference_kind": "guidance",
    "reference_title": "Protecting public spaces",
    "publisher": "European Commission",
    "year": "2022",
    "url": "https://home-affairs.ec.europa.eu/",
    "problem": "Une route droite vise la foule.",
    "description": "Changer la ligne avant l’élément.",
    "steps": "Tracer les lignes.",
    "needs_powers": "Arrêté de circulation",
    "side_effects": "access | Les livraisons ont besoin d’un créneau.",
    "effectiveness": "Cela se calcule.",
}


def practice(number: int, **other: Any) -> dict[str, Any]:
    """Return a record of its own key; `other` replaces cells."""
    return {**PRACTICE, "key": f"practice-{number}", "title": f"Slow vehicles down, number {number}", **other}


def as_csv(rows: Iterable[Mapping[str, Any]], delimiter: str = ",") -> str:
    """Return the rows as CSV with the columns of all of them."""
    listed = list(rows)
    columns = list(dict.fromkeys(name for row in listed for name in row))
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, delimiter=delimiter, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(listed)
    return out.getvalue()


def as_lines(rows: Iterable[Mapping[str, Any]]) -> str:
    """Return the rows as JSON lines."""
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def write(path: Path, rows: Iterable[Mapping[str, Any]], encoding: str = "utf-8") -> Path:
    """Write the rows in the format of the file's ending."""
    if path.suffix == ".xlsx":
        book = openpyxl.Workbook()
        for row in csv.reader(io.StringIO(as_csv(rows))):
            book.active.append(row)
        book.save(path)
        return path
    text = as_lines(rows) if path.suffix == ".jsonl" else as_csv(rows)
    path.write_bytes(text.encode(encoding))
    return path


def reviewer() -> User:
    """Return the account that answers for imports, made where it is missing."""
    return User.objects.filter(email="importer@example.org").first() or make_user(
        "importer@example.org", roles=[Role.REVIEWER]
    )


def run(path: Path, **options: Any) -> tuple[int, str]:
    """Run the command; return (its exit code, what it said)."""
    by = options.pop("by", None) or reviewer().email
    out = StringIO()
    try:
        call_command("import_entries", str(path), by=by, stdout=out, stderr=out, **options)
    except CommandError as error:
        return error.returncode, out.getvalue() + str(error)
    return 0, out.getvalue()
