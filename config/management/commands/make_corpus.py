"""How does a trial site get many entries? `manage.py make_corpus`, for measuring with."""

import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from kb.corpus.loading import load, open_corpus
from kb.models import Concept, Entry, StateVersion

EVERY = 5.0  # seconds between two lines of progress


class Command(BaseCommand):
    """Idempotent: what an earlier run made stays, and a larger number continues it."""

    help = "Make a trial corpus of so many published works, recombined from the fixtures; the same for the same seed."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the number, the seed and whether to index at once."""
        parser.add_argument("count", type=int, help="how many works the corpus is to hold")
        parser.add_argument("--seed", type=int, default=1, help="another seed makes another corpus beside it (1)")
        parser.add_argument(
            "--index", action="store_true", help="make the index anew at the end instead of leaving it to the worker"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Make what is missing, and say how fast."""
        if not settings.DEMONSTRATION:
            raise CommandError("A trial corpus is for the demonstration only; this installation is a real one.")
        count = options["count"]
        if count < 1:
            raise CommandError("Give a number of works, 1 or more.")
        if not Concept.objects.exists():
            raise CommandError("There are no vocabularies yet. Run: manage.py load_vocabularies")
        corpus = open_corpus(Path(settings.BASE_DIR) / "fixtures", options["seed"])
        started = told = time.monotonic()
        added = 0
        for done, added in load(corpus, count, announce=not options["index"]):
            if time.monotonic() - told > EVERY:
                told = time.monotonic()
                self.stdout.write(f"  {done:,} of {count:,} works, {added / (told - started):,.0f} a second")
                self.stdout.flush()
        StateVersion.bump("content")
        seconds = max(time.monotonic() - started, 0.001)
        versions = Entry.objects.filter(source_key__startswith=f"corpus:{options['seed']}:").count()
        self.stdout.write(
            f"Corpus: {added:,} works added in {seconds:.1f} s ({added / seconds:,.0f} a second); "
            f"{versions:,} language versions of this seed stand."
        )
        if options["index"]:
            call_command("build_index", stdout=self.stdout)
        elif added:
            self.stdout.write("The worker brings them into the index.")
