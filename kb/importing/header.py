"""What does a record say of its evidence and of its dates?"""

import datetime
from collections.abc import Iterable
from collections.abc import Mapping as Dictionary
from typing import Any

from kb.choices import EntryKind, InformationCredibility, SourceReliability
from kb.importing import values
from kb.importing.values import Unreadable


def header_of(
    cells: Dictionary[str, Any], kind: str, date_formats: Iterable[str], today: datetime.date, problems: list[str]
) -> tuple[dict[str, Any], int | None]:
    """Return (evidence and dates by name, months from one review to the next) of a record.

    What is wrong with them is added to `problems`.
    """
    found: dict[str, Any] = {}
    grade = str(cells.get("evidence") or "").strip().upper()
    source = cells.get("evidence_source") or grade[:1]
    information = cells.get("evidence_info") or grade[1:].strip()

    def take(name: str, value: Any, read: Any) -> None:
        if value in ("", None):
            return
        try:
            found[name] = read(value)
        except Unreadable as error:
            problems.append(f"{name}: {error}.")

    take("evidence_source", source, lambda value: values.choice_of(value, SourceReliability))
    take("evidence_info", information, lambda value: values.choice_of(value, InformationCredibility))
    take("positive", cells.get("positive") if kind == EntryKind.LESSON else None, values.yes_or_no)
    for name in ("published", "reviewed", "review_by"):
        take(name, cells.get(name), lambda value: values.date_of(value, date_formats))
    take("months", cells.get("review_in_months"), lambda value: values.number_of(value, 1, 120))
    months: int | None = found.pop("months", None)
    _check_dates(found, today, problems)
    return found, months


def _check_dates(found: Dictionary[str, Any], today: datetime.date, problems: list[str]) -> None:
    published, reviewed, due = (found.get(name) for name in ("published", "reviewed", "review_by"))
    for name, day in (("published", published), ("reviewed", reviewed)):
        if day and day > today:
            problems.append(f"{name}: {day.isoformat()} is still to come.")
    if published and reviewed and reviewed < published:
        problems.append("reviewed: it was reviewed before it was published.")
    if due and due <= (reviewed or published or due - datetime.timedelta(days=1)):
        problems.append("review_by: the next review is due before the last one.")
