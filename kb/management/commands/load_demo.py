"""Loads the demonstration content: people, entries and pages."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from kb.demonstration import load_entries, load_pages
from people.demonstration import load_people


class Command(BaseCommand):
    """Idempotent: what is there already, edited or not, is left as it is."""

    help = "Load the demonstration content; with --accounts only print its accounts."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the one switch."""
        parser.add_argument(
            "--accounts", action="store_true", help="print the demonstration accounts and do nothing else"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Load, or print the accounts."""
        if not settings.DEMONSTRATION:
            raise CommandError(
                "Demonstration accounts are for the demonstration only; this installation is a real one."
            )
        fixtures = Path(settings.BASE_DIR) / "fixtures"
        people = json.loads((fixtures / "people.json").read_text(encoding="utf-8"))
        if options["accounts"]:
            width = max(len(row["email"]) for row in people["accounts"])
            for row in people["accounts"]:
                self.stdout.write(f"  {row['email']:<{width}}  {row['does']}")
            self.stdout.write(f"  password of all: {people['password']}")
            return
        cast = load_people(people)
        pages = load_pages(fixtures / "guidance")
        works, versions = load_entries(fixtures / "entries", people, cast)
        self.stdout.write(f"Demonstration: {works} entries, {versions} translations and {pages} guidance pages added.")
