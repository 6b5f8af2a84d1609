"""Which changes does somebody without an account get to see? Only those move the version of the public pages."""

from collections.abc import Collection

from kb.choices import Tlp
from kb.models.markings import Marking
from kb.models.taxonomy import StateVersion

# What public pages are made of. `index` moves when the index has taken in a work that everybody may read.
CONTENT, VOCABULARY, PAGES, INDEX = PUBLIC = ("content", "vocabulary", "pages", "index")


def are_public(markings: Collection[int]) -> bool:
    """Are all of these markings TLP:CLEAR? They stay as they are to the end of the transaction."""
    return public_among(markings) >= set(markings)


def public_among(markings: Collection[int]) -> set[int]:
    """Return which of these markings are TLP:CLEAR. All stay as they are to the end of the transaction."""
    rows = Marking.objects.select_for_update().filter(pk__in=markings).order_by("pk")
    return {key for key, label in list(rows.values_list("pk", "label")) if label == Tlp.CLEAR}


def note_change(*, public: bool) -> bool:
    """Move the version inside the running transaction if the change is public; return whether it is.

    A change of something confidential must move nothing: anybody could watch public pages being made anew.
    """
    if public:
        StateVersion.bump(CONTENT)
    return public
