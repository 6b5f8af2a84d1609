"""Sets up a real, empty installation: `manage.py install`, which `make install` ends with."""

import sys
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from people.administrators import has_administrator


class Command(BaseCommand):
    """Idempotent: a second run does what is due and says how things stand."""

    help = "Set up an empty installation with the settings of production, and print how its administrator comes in."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Ask who the first administrator is."""
        parser.add_argument("--administrator", metavar="EMAIL", default="", help="make this first administrator")

    def handle(self, *args: Any, **options: Any) -> None:
        """Set everything up."""
        if settings.DEMONSTRATION:
            raise CommandError("These are the settings of the demonstration; a real installation takes its own.")
        call_command("upgrade", stdout=self.stdout)
        address = options["administrator"].strip()
        if not has_administrator():
            if not address and sys.stdin is not None and sys.stdin.isatty():
                address = input("E-mail address of the first administrator (empty for later): ").strip()
            if address:
                call_command("create_administrator", address, stdout=self.stdout)
            else:
                self.stdout.write("There is no administrator yet: manage.py create_administrator you@example.org")
        elif address:
            call_command("create_administrator", address, stdout=self.stdout)
        self.stdout.write(f"Ready for {settings.WAGTAILADMIN_BASE_URL}. docs/how-to/install.md says how to start it.")
