"""Loads the concept schemes of fixtures/vocabularies/."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from kb.taxonomy_loading import load_folder


class Command(BaseCommand):
    """Idempotent; concepts edited in the database are left alone."""

    help = "Load the vocabularies; concepts that were edited in the database are left alone."

    def handle(self, *args: Any, **options: Any) -> None:
        """Load, and say what was done."""
        done = load_folder(Path(settings.BASE_DIR) / "fixtures" / "vocabularies")
        self.stdout.write(f"Vocabularies: {done.added} concepts added, {done.changed} changed, {done.kept} kept.")
