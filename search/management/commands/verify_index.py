"""Do index and database say the same? `manage.py verify_index`."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from search import indexing
from search.engines.base import EngineUnavailable


class Command(BaseCommand):
    """Compare index and database; end with an error where they differ and nothing was repaired."""

    help = "Compare the search index with the database."

    def add_arguments(self, parser: CommandParser) -> None:
        """Offer to repair."""
        parser.add_argument("--repair", action="store_true", help="Bring the works that differ into the index.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the numbers and the keys that differ."""
        try:
            difference = indexing.verify(repair=options["repair"])
        except EngineUnavailable as error:
            raise CommandError(f"There is no index to compare: {error}") from error
        for name, keys in (
            ("missing", difference.missing),
            ("stale", difference.stale),
            ("left over", difference.left_over),
        ):
            for key in keys:
                self.stdout.write(f"{name}: {key}")
        summary = (
            f"{difference.compared} works compared: {len(difference.missing)} missing, {len(difference.stale)} stale, "
            f"{len(difference.left_over)} left over."
        )
        if difference and not options["repair"]:
            raise CommandError(summary)
        self.stdout.write(summary + (" Repaired." if difference else ""))
