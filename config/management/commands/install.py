"""Sets up a real, empty installation: `manage.py install`, which `make install` ends with."""

import sys
from pathlib import Path
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
        parser.add_argument(
            "--settings-only", action="store_true", help="only write the file of settings, for a backup to be restored"
        )
        parser.add_argument("--administrator", metavar="EMAIL", default="", help="make this first administrator")

    def handle(self, *args: Any, **options: Any) -> None:
        """Set everything up."""
        if settings.DEMONSTRATION:
            raise CommandError("These are the settings of the demonstration; a real installation takes its own.")
        if options["settings_only"]:
            Path(settings.VAR_DIR).mkdir(mode=0o700, parents=True, exist_ok=True)
            self.stdout.write("The settings hold; nothing else was made. Now: manage.py restore FILE, or make install.")
            return
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
            try:
                call_command("create_administrator", address, stdout=self.stdout)
            except CommandError as reason:
                # Run again with the same words, it finds an account that is in use: that is as it should be.
                self.stdout.write(str(reason))
        self.stdout.write(f"Ready for {settings.WAGTAILADMIN_BASE_URL}. docs/how-to/install.md says how to start it.")
