"""Which words stand in an entry that hardly anybody may read, and which in none? One entry is made to hold them."""

from bench.probes.start import hand_back, stand_up

stand_up()

import random  # noqa: E402  (Django has to stand first)
import sys  # noqa: E402  (Django has to stand first)

from kb import marking  # noqa: E402  (Django has to stand first)
from kb.choices import Tlp, TranslationStatus  # noqa: E402  (Django has to stand first)
from kb.models import Entry  # noqa: E402  (Django has to stand first)
from people.models import Organisation  # noqa: E402  (Django has to stand first)
from people.viewers import ANONYMOUS  # noqa: E402  (Django has to stand first)
from search import indexing  # noqa: E402  (Django has to stand first)

LETTERS = "bcdfghjkmnpqrstvwxz"


def words(number: int) -> list[str]:
    """Return so many words that no text holds, no two of them alike."""
    found: set[str] = set()
    while len(found) < number:
        found.add("zq" + "".join(random.choices(LETTERS, k=7)))  # noqa: S311  (nothing secret)
    return sorted(found, key=lambda _word: random.random())  # noqa: S311  (nothing secret)


def main(number: int) -> None:
    """Hide so many words in an entry, and hand them back with twice as many that stand nowhere."""
    every = words(number * 3)
    entry = Entry.objects.visible_to(ANONYMOUS).filter(translation_status=TranslationStatus.ORIGINAL).latest("pk")
    nobodys = Organisation.objects.create(name="An organisation without members", kind="police", country="BE")
    marking.relabel(entry=entry, label=Tlp.AMBER_STRICT, owning_organisation=nobodys, by=None)
    Entry.objects.filter(pk=entry.pk).update(works_when="\n".join(every[:number]))
    indexing.enqueue(entry.translation_key)
    indexing.drain_all()
    hand_back({"hidden": every[:number], "nothing": every[number : number * 2], "nothing_else": every[number * 2 :]})


main(int(sys.argv[1]))
