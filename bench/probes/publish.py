"""How long after it was published can a change be found by a reader who asks over and over?"""

from bench.probes.start import hand_back, stand_up

stand_up()

import sys  # noqa: E402  (Django has to stand first)
import time  # noqa: E402  (Django has to stand first)

from bench.client import Client  # noqa: E402  (Django has to stand first)
from kb import publishing  # noqa: E402  (Django has to stand first)
from kb.choices import TranslationStatus  # noqa: E402  (Django has to stand first)
from kb.models import Entry  # noqa: E402  (Django has to stand first)
from people.models import User  # noqa: E402  (Django has to stand first)
from people.viewers import ANONYMOUS  # noqa: E402  (Django has to stand first)

PATIENCE = 30.0  # seconds after which a change counts as lost


def seconds_to_be_found(client: Client, entry: Entry, word: str, person: User) -> float:
    """Publish an entry with a word in its title that stands nowhere else; return when a search shows it."""
    entry.title = f"{entry.title[:100]} {word}"
    entry.save_revision(user=person)
    publishing.publish_entry(entry=entry, by=person)
    started = time.monotonic()
    while time.monotonic() - started < PATIENCE:
        if entry.get_absolute_url().encode() in client.get(f"/search/?q={word}", {}).body:
            return time.monotonic() - started
        time.sleep(0.05)
    return PATIENCE


def main(port: int, number: int) -> None:
    """Publish so many changes, one after the other."""
    client = Client(port)
    person = User.objects.get(email="reviewer@example.org")
    rows = Entry.objects.visible_to(ANONYMOUS).filter(
        translation_status=TranslationStatus.ORIGINAL, locale__language_code="en", has_unpublished_changes=False
    )
    found = []
    letters = "bcdfghjkmnpqrstvwxz"
    for turn, entry in enumerate(rows.order_by("-pk")[:number]):
        word = "zq" + "".join(letters[(time.time_ns() >> shift) % len(letters)] for shift in range(20, 60, 5))
        found.append(seconds_to_be_found(client, entry, f"{word}{letters[turn % len(letters)]}", person))
    client.close()
    hand_back(found)


main(int(sys.argv[1]), int(sys.argv[2]))
