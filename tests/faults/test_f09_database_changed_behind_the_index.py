"""The database was changed and the index not told: each hit is asked for again, a command reports and repairs."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from kb.choices import Tlp
from kb.models import Entry, Marking
from search import indexing
from search.models import OutboxItem
from tests.factories import make_entry

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(index_dir: Path) -> dict[str, Entry]:
    names = ("stays", "withdrawn", "relabelled", "deleted", "retitled")
    entries = {name: make_entry(f"Zeppelin {name}") for name in names}
    indexing.rebuild()
    Entry.objects.filter(pk=entries["withdrawn"].pk).update(live=False)
    Marking.objects.filter(pk=entries["relabelled"].marking_id).update(label=Tlp.GREEN)
    Entry.objects.filter(pk=entries["deleted"].pk).delete()
    OutboxItem.objects.all().delete()  # the index is not told
    Entry.objects.filter(pk=entries["retitled"].pk).update(title="Zeppelin under a new name")
    entries["added"] = make_entry("Zeppelin added")
    return entries


def test_f09_nothing_is_shown_that_the_database_does_not_allow(client: Client, world: dict[str, Entry]) -> None:
    found = client.get("/search/", {"q": "zeppelin"})
    titles = {card.entry.title for card in found.context["found"].cards}
    assert titles == {"Zeppelin stays", "Zeppelin under a new name"}
    assert found.context["found"].total == 2
    for name in ("withdrawn", "relabelled", "deleted"):
        assert f"Zeppelin {name}" not in found.content.decode()
    said = client.get("/search/suggest/", {"q": "zeppelin"}).content.decode()
    assert "withdrawn" not in said
    assert "relabelled" not in said


def test_f09_the_drift_is_reported_and_repaired(client: Client, world: dict[str, Entry]) -> None:
    out = StringIO()
    with pytest.raises(CommandError, match="1 missing, 2 stale, 2 left over"):
        call_command("verify_index", stdout=out)
    for name in ("added", "retitled", "relabelled", "withdrawn", "deleted"):
        assert str(world[name].translation_key) in out.getvalue()
    assert str(world["stays"].translation_key) not in out.getvalue()
    call_command("verify_index", "--repair", stdout=out)
    assert "Repaired" in out.getvalue()
    call_command("verify_index", stdout=out)
    titles = {card.entry.title for card in client.get("/search/", {"q": "zeppelin"}).context["found"].cards}
    assert titles == {"Zeppelin stays", "Zeppelin under a new name", "Zeppelin added"}
