"""How is the search index made anew? `manage.py build_index`."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from search import indexing
from search.engines import engine
from search.engines.base import EngineUnavailable
from search.engines.generations import RebuildRunning


class Command(BaseCommand):
    """Make a new index beside the old one and swap."""

    help = "Make the search index anew; readers notice nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        """Offer to do nothing where an index stands."""
        parser.add_argument(
            "--if-missing", action="store_true", help="Do nothing where there is an index that can be read."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Rebuild and say how long it took."""
        if options["if_missing"]:
            try:
                engine().generation()
            except EngineUnavailable:
                pass
            else:
                self.stdout.write("The search index stands.")
                return
        started = time.monotonic()
        try:
            count = indexing.rebuild()
        except RebuildRunning as error:
            raise CommandError("Another process is making a new index.") from error
        except EngineUnavailable as error:
            raise CommandError(f"The index cannot be made: {error}") from error
        self.stdout.write(f"Search index: {count} works in {time.monotonic() - started:.1f} s.")
