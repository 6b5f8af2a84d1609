"""Attack 49: an export holds what its reader may not read. Its rows equal the predicate, role by role."""

import io

import openpyxl
import pytest

from tests.attacks.people import KINDS, MARKINGS, READS, Cast
from tests.people.audit import log

pytestmark = pytest.mark.django_db
ADDRESS = "/admin/snippets/kb/entry/"
EDITING = {"curator", "reviewer", "other_reviewer"}


def text_of(answer: object, kind: str) -> str:
    content = b"".join(answer.streaming_content) if getattr(answer, "streaming", False) else answer.content  # type: ignore[attr-defined]  # asked in the same line
    if kind == "csv":
        return content.decode()
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    assert sheet is not None
    return "\n".join(str(cell) for row in sheet.iter_rows(values_only=True) for cell in row)


@pytest.mark.parametrize("file", ["csv", "xlsx"])
@pytest.mark.parametrize("kind", KINDS)
def test_a49_the_list_of_entries_is_exported_as_far_as_it_may_be_read(cast: Cast, kind: str, file: str) -> None:
    works = [cast.work(marking) for marking in MARKINGS]
    client = cast.client(kind)
    log.empty()
    answer = client.get(ADDRESS, {"export": file})
    if kind not in EDITING:
        assert answer.status_code in {302, 404}
        assert log.events("export") == []
        return
    text = text_of(answer, file)
    shown = {work.marking for work in works if work.title in text}
    assert shown == {marking for marking in MARKINGS if kind in READS[marking]}
    assert len(log.events("export")) == 1


@pytest.mark.parametrize("file", ["csv", "jsonl"])
@pytest.mark.parametrize("kind", KINDS)
def test_a49_the_audit_log_leaves_with_auditors_and_security_officers_only(cast: Cast, kind: str, file: str) -> None:
    log.empty()
    answer = cast.client(kind).get(f"/you/audit/export/{file}/")
    assert (answer.status_code == 200) is (kind in {"auditor", "security_officer"})
    assert answer.status_code in {200, 404}
