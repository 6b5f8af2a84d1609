"""Changes what everybody may read, over and over, and says when each change began, held, and was in the index."""

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.demo")
django.setup()

from django.conf import settings  # noqa: E402  (Django has to be set up first)
from wagtail.models import Locale  # noqa: E402  (Django has to stand first)

from kb import marking, publishing  # noqa: E402  (Django has to stand first)
from kb.demonstration import load_pages  # noqa: E402  (Django has to stand first)
from kb.models import Entry  # noqa: E402  (Django has to stand first)
from kb.taxonomy_loading import load_folder  # noqa: E402  (Django has to stand first)
from search import indexing  # noqa: E402  (Django has to stand first)
from tests.factories import make_entry, make_user  # noqa: E402  (Django has to stand first)

LEAST = 8  # rounds, however slow the machine
KEPT = 2  # entries that stand at a time


def say(**facts: Any) -> None:
    """Write one line; the clock is the machine's, the same in every process."""
    print(json.dumps(facts), flush=True)


def lay_ground() -> None:
    """Make what the site needs, and the entry that is published again and again."""
    for language, _name in settings.LANGUAGES:
        Locale.objects.get_or_create(language_code=language)
    load_folder(Path(settings.BASE_DIR) / "fixtures" / "vocabularies")
    load_pages(Path(settings.BASE_DIR) / "fixtures" / "guidance")
    make_user("writer@example.org", roles=["reviewer"])
    make_entry("Quillfeather 0")
    indexing.rebuild()


def timed(kind: str, change: Any, **facts: Any) -> None:
    """Make one change and say when it began, held and was indexed."""
    began = time.monotonic()
    change()
    held = time.monotonic()
    indexing.drain_all()
    say(kind=kind, began=began, held=held, indexed=time.monotonic(), **facts)


def add(number: int) -> Entry:
    """Publish a new entry."""
    draft = make_entry(f"Quillfeather new {number}", live=False)
    timed("added", lambda: publishing.publish_entry(entry=draft, by=None), entry=draft.public_id)
    return Entry.objects.get(pk=draft.pk)


def change(standing: Entry, number: int) -> None:
    """Publish the next version of the standing entry."""
    standing = Entry.objects.get(pk=standing.pk)
    standing.title = f"Quillfeather {number}"
    standing.save_revision()
    timed("changed", lambda: publishing.publish_entry(entry=standing, by=None), number=number)


def main(seconds: float) -> None:
    """Go on for so many seconds; 0 lays the ground only."""
    if not seconds:
        lay_ground()
        return
    standing = Entry.objects.get(title="Quillfeather 0")
    say(kind="standing", entry=standing.public_id)
    entries: list[Entry] = []
    end, number = time.monotonic() + seconds, 0
    while time.monotonic() < end or number < LEAST:
        number += 1
        change(standing, number)
        entries.append(add(number))
        if len(entries) > KEPT:
            gone = entries.pop(0)
            if number % 2:
                timed("hidden", lambda gone=gone: publishing.withdraw(entry=gone, by=None), entry=gone.public_id)
            else:
                relabelled = lambda gone=gone: marking.relabel(entry=gone, label="TLP:GREEN", by=None)  # noqa: E731  (one of several, each in a line)
                timed("hidden", relabelled, entry=gone.public_id)


if __name__ == "__main__":
    main(float(sys.argv[1]))
