"""What is written in bulk moves public pages only where everybody may read it."""

from pathlib import Path

import pytest
from django.utils import timezone

from kb.choices import Tlp
from kb.importing.writing import Version, write_published
from kb.models import Entry, StateVersion
from search.models import OutboxItem
from tests.factories import make_entry, make_user
from tests.kb.importing.records import PRACTICE, run, write

pytestmark = pytest.mark.django_db


def content() -> int:
    """Return the number of the state that public pages show."""
    return StateVersion.numbers().get("content", 0)


def write_again(*entries: Entry) -> None:
    versions = [Version(Entry.objects.get(pk=entry.pk), retold=False) for entry in entries]
    write_published(versions, by=make_user("importer@example.org"), at=timezone.now())


def test_drafts_move_no_public_page(tmp_path: Path) -> None:
    before = content()
    code, told = run(write(tmp_path / "a.csv", [PRACTICE]), draft=True)
    assert code == 0, told
    assert content() == before
    run(write(tmp_path / "b.csv", [{**PRACTICE, "key": "another"}]))
    assert content() > before


@pytest.mark.parametrize("label", [Tlp.GREEN, Tlp.AMBER])
def test_what_not_everybody_may_read_moves_no_public_page_but_the_index(label: str) -> None:
    entry = make_entry(label=label)
    OutboxItem.objects.all().delete()
    before = content()
    write_again(entry)
    assert content() == before
    assert [(row.translation_key, row.bulk, row.public) for row in OutboxItem.objects.all()] == [
        (entry.translation_key, True, False)
    ]


def test_of_a_mixed_batch_each_work_is_noted_for_what_it_is() -> None:
    green, clear = make_entry(label=Tlp.GREEN), make_entry()
    OutboxItem.objects.all().delete()
    before = content()
    write_again(green, clear)
    assert content() > before
    assert dict(OutboxItem.objects.values_list("translation_key", "public")) == {
        green.translation_key: False,
        clear.translation_key: True,
    }
