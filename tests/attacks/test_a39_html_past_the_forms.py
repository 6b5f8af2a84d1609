"""a39: HTML that comes in past the forms is cleaned when it is saved, and a command finds what was put in by force."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from wagtail.models import Revision

from kb.models import Entry, EntryReference
from tests.factories import make_entry

pytestmark = pytest.mark.django_db

EVIL = '<p onclick="x()">Shut<script>alert(1)</script> it.</p>'
CLEAN = "<p>Shut it.</p>"


def problem_of(entry: Entry) -> str:
    return Entry.objects.get(pk=entry.pk).section("problem").source


def run(*arguments: str) -> str:
    said = StringIO()
    call_command("check_html", *arguments, stdout=said)
    return said.getvalue()


def test_a39_saving_updating_and_publishing_clean() -> None:
    entry = make_entry(sections={"problem": EVIL})
    assert problem_of(entry) == CLEAN
    Entry.objects.filter(pk=entry.pk).update(body=[("problem", EVIL)])
    assert problem_of(entry) == CLEAN
    assert "script" not in str(Entry.objects.get(pk=entry.pk).save_revision().as_object().section("problem"))
    assert run() == "Everything is clean.\n"


def test_a39_what_was_forced_in_is_found_by_its_place_and_cleaned() -> None:
    entry = make_entry()
    revision = entry.save_revision()
    stored = '[{"type": "problem", "id": "1", "value": "<p>Zqtext<script>alert(1)</script></p>"}]'
    with connection.cursor() as cursor:
        cursor.execute("UPDATE kb_entry SET body = %s WHERE id = %s", [stored, entry.pk])
        cursor.execute("UPDATE kb_entryreference SET title = %s WHERE entry_id = %s", ["Zq\x07bell", entry.pk])
    content = {**revision.content, "body": stored}
    Revision.objects.filter(pk=revision.pk).update(content=content)
    with pytest.raises(CommandError, match="Not clean: 3"):
        run()
    said = run("--repair")
    assert f"kb.Entry {entry.pk}: body" in said
    assert f"wagtailcore.Revision {revision.pk}: content" in said
    assert "Zq" not in said
    assert problem_of(entry) == "<p>Zqtext</p>"
    assert EntryReference.objects.get().title == "Zqbell"
    assert "script" not in str(Revision.objects.get(pk=revision.pk).content)
    assert run() == "Everything is clean.\n"
