"""Does an exported row hold what was recorded, and is no cell a formula?"""

import csv
import datetime
from io import StringIO

import pytest

from people.audit import exporting
from people.audit_rows import AuditRow


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_a40_no_cell_is_taken_for_a_formula(start: str) -> None:
    row = AuditRow(
        sequence=1, at=datetime.datetime(2026, 1, 2, tzinfo=datetime.UTC), event="login", object_ids=f"{start}SUM(A1)"
    )
    (_names, cells) = csv.reader(StringIO("".join(exporting.csv_lines([row])), newline=""))
    assert cells[5] == f"'{start}SUM(A1)"
    assert cells[1] == "2026-01-02T00:00:00.000000Z"
    assert cells[3] == ""
