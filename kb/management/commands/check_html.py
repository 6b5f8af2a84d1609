"""Is everything that is stored as clean as saving would have left it?"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from kb import stored_html


class Command(BaseCommand):
    """Name the rows whose texts hold what saving cleans; nothing of the texts is written out."""

    help = "Looks for HTML in the database that saving would have cleaned. Ends with 1 where it finds any."

    def add_arguments(self, parser: CommandParser) -> None:
        """Ask whether to clean it."""
        parser.add_argument("--repair", action="store_true", help="clean what is found, all or nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        """Look, and clean where that was asked for."""
        found = stored_html.repair() if options["repair"] else list(stored_html.unclean())
        for each in found:
            self.stdout.write(str(each))
        if not found:
            self.stdout.write("Everything is clean.")
        elif options["repair"]:
            self.stdout.write(f"Cleaned: {len(found)}. Make the index anew with: manage.py build_index")
        else:
            raise CommandError(f"Not clean: {len(found)}. Clean it with: manage.py check_html --repair")
