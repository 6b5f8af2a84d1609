"""The same import twice, reordered, with one bad row: the second run changes nothing, and the bad row is named."""

from pathlib import Path

import pytest

from kb.models import Entry
from tests.kb.importing.records import practice, run, write


@pytest.mark.django_db
def test_f03_a_second_run_in_another_order_changes_nothing_and_names_the_bad_row(tmp_path: Path) -> None:
    rows = [practice(number) for number in range(12)]
    rows[5]["threats"] = "Dragons"
    code, told = run(write(tmp_path / "a.csv", rows), rejects=tmp_path / "bad.csv")
    assert code == 1
    assert "line 12: threats: 'Dragons' is no concept" in told
    fields = ("pk", "public_id", "source_key", "title", "latest_revision_id", "last_published_at")
    before = list(Entry.objects.order_by("pk").values_list(*fields))
    assert len(before) == 11
    code, told = run(write(tmp_path / "a.csv", rows[6:] + rows[:6]))
    assert code == 1
    assert "0 new, 0 changed, 11 unchanged, 0 left alone, 1 bad" in told
    assert list(Entry.objects.order_by("pk").values_list(*fields)) == before
