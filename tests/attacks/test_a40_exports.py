"""a40 and a49: an export holds what its reader may see, row by row, and nothing that a spreadsheet would run."""

import csv
from io import BytesIO, StringIO

import openpyxl
import pytest

from kb.choices import Tlp
from kb.models import Entry
from people.viewers import viewer_of
from tests.attacks.people import EDITORS, READS, STATES, Cast
from tests.factories import make_entry

pytestmark = pytest.mark.django_db

PAYLOADS = ("=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(A1)", "\t=1+1", '=HYPERLINK("http://evil.example")')
LISTS = ("snippets/kb/entry", "concepts", "vocabularies", "pictures", "files", "users", "organisations", "circles")


def rows_of(response, kind: str) -> list[list[str]]:
    data = b"".join(response.streaming_content) if response.streaming else response.content
    if kind == "csv":
        return list(csv.reader(StringIO(data.decode("utf-8-sig"))))
    sheet = openpyxl.load_workbook(BytesIO(data)).active
    return [["" if cell is None else str(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]


@pytest.mark.parametrize("export", ["csv", "xlsx"])
def test_a40_no_cell_is_a_formula(cast: Cast, export: str) -> None:
    for payload in PAYLOADS:
        make_entry(payload, label=Tlp.CLEAR)
    rows = rows_of(cast.client("curator").get("/admin/snippets/kb/entry/", {"export": export}), export)
    assert len(rows) == len(PAYLOADS) + 1
    for row in rows:
        for cell in row:
            assert not cell.startswith(("=", "+", "-", "@", "\t", "\r")), cell


def test_a40_numbers_and_kinds_of_cells_are_texts(cast: Cast) -> None:
    make_entry("=1+1")
    response = cast.client("curator").get("/admin/snippets/kb/entry/", {"export": "xlsx"})
    data = b"".join(response.streaming_content) if response.streaming else response.content
    sheet = openpyxl.load_workbook(BytesIO(data)).active
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n", "b", "d"}


@pytest.mark.parametrize("kind", EDITORS)
def test_a49_the_rows_of_an_export_are_those_that_the_person_may_work_on(cast: Cast, kind: str) -> None:
    markings = ("clear", "green", "amber_home", "amber_other", "strict_home")
    works = [cast.work(marking, state) for marking in markings for state in ("published", "draft", "recalled")]
    response = cast.client(kind).get("/admin/snippets/kb/entry/", {"export": "csv"})
    if kind in {"trainer", "administrator", "superuser"}:
        assert response.status_code == 404
        return
    listed = {row[0] for row in rows_of(response, "csv")[1:]}
    # Written down from the table: who edits works on all states but recalled ones, within the own clearance.
    expected = {work.entry.public_id for work in works if kind in READS[work.marking] and work.state != "recalled"}
    assert listed == expected
    user = cast.user(kind)
    assert listed == set(Entry.objects.editable_by(viewer_of(user)).values_list("public_id", flat=True))


@pytest.mark.parametrize("kind", EDITORS)
def test_a49_no_export_of_any_list_names_what_is_hidden(cast: Cast, kind: str) -> None:
    hidden = [cast.work(marking, state) for marking in ("amber_other", "strict_other") for state in STATES]
    if kind == "other_reviewer":
        hidden = [cast.work(marking, state) for marking in ("amber_home", "strict_home") for state in STATES]
    for path in LISTS:
        for export in ("csv", "xlsx"):
            response = cast.client(kind).get(f"/admin/{path}/", {"export": export})
            data = b"".join(response.streaming_content) if response.streaming else response.content
            text = data.decode("utf-8", "replace")
            for work in hidden:
                assert not [trace for trace in work.traces if trace in text], (path, export)
