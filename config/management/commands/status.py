"""Is everything in order? `manage.py status` says on the machine what the status page shows to administrators."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation

from config.status.lights import Level, worst
from config.status.views import LOOKS


class Command(BaseCommand):
    """Print every light."""

    help = (
        "Say how worker, index, mail, tasks, disk, backup, database and cache are, and whether there is a security "
        "officer. Exit code 1: act now, or not known."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Offer a form for machines."""
        parser.add_argument("--json", action="store_true", help="Print JSON, for a monitor.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Look and print. Raises CommandError where something has to be done now."""
        with translation.override("en"):
            lights = [look() for look in LOOKS]
            if options["json"]:
                rows = [
                    {
                        "part": light.title,
                        "level": str(light.level.value),
                        "words": light.words,
                        "facts": dict(light.facts),
                    }
                    for light in lights
                ]
                self.stdout.write(json.dumps(rows, ensure_ascii=False, indent=1))
            else:
                for light in lights:
                    self.stdout.write(f"{light.level.label:<13} {light.title}: {light.words}")
                    if light.advice:
                        self.stdout.write(f"{'':<13} {light.advice}")
        if worst(lights) in {Level.UNKNOWN, Level.ACT}:
            raise CommandError("Something has to be done, or cannot be found out.")
