"""What of an entry can a column of a file feed, and by which names does a column say so itself?"""

import re
import unicodedata

from kb.blocks import OutlineBlock
from kb.choices import Axis
from kb.demonstration import AXES

HEADER = (
    "key",
    "language",
    "kind",
    "title",
    "summary",
    "works_when",
    "not_when",
    "positive",
    "keywords",
    "evidence",
    "evidence_source",
    "evidence_info",
    "published",
    "reviewed",
    "review_by",
    "review_in_months",
    "marking",
    "translation_status",
    "options",
)
AXIS_OF: dict[str, Axis] = {name: axis for axis, name in AXES.items()}
REFERENCE = ("reference_kind", "reference_title", "publisher", "year", "url", "locator", "licence")
NEEDS = ("needs_powers", "needs_cost", "needs_time", "needs_people")
# Pictures and files are put in by hand: a record of elsewhere cannot name what is uploaded here.
SECTIONS = tuple(name for name in OutlineBlock().child_blocks if name not in {"needs", "pictures", "files"})
MORE_REFERENCES = tuple(f"{name}_{number}" for number in range(2, 7) for name in REFERENCE)
TARGETS = frozenset((*HEADER, *AXIS_OF, *REFERENCE, *MORE_REFERENCES, "references", *NEEDS, *SECTIONS))

# Lists of words are parted by these signs, lists of sentences by line breaks, unless a mapping says otherwise.
WORD_LISTS = frozenset((*AXIS_OF, "keywords", "who_should_act", "options"))
LINE_LISTS = frozenset(("works_when", "not_when", "steps", "side_effects", "indicators", "standards"))

_OTHER_NAMES: dict[str, tuple[str, ...]] = {
    "key": ("id", "identifier", "record id", "reference number"),
    "language": ("lang", "language code"),
    "title": ("heading", "name"),
    "summary": ("abstract",),
    "works_when": ("use it when", "use when"),
    "not_when": ("do not use it when", "do not use when", "not use when"),
    "keywords": ("keyword", "tags"),
    "published": ("published date", "first published", "publication date"),
    "reviewed": ("reviewed date", "review date"),
    "review_by": ("next review", "review by date"),
    "marking": ("tlp", "tlp label", "label", "protective marking"),
    "facility_types": ("facility type", "facility", "facilities", "place", "places"),
    "threats": ("threat",),
    "measures": ("measure",),
    "functions": ("function", "protective function", "protective functions"),
    "sectors": ("sector",),
    "expertise_areas": ("expertise", "expertise area", "area of expertise"),
    "mission_type": ("mission", "mission types"),
    "event_category": ("event", "event categories"),
    "source_basis": ("source bases", "basis"),
    "reference_kind": ("publication kind", "kind of publication", "source kind"),
    "reference_title": ("reference", "publication", "source title", "source"),
    "publisher": ("published by", "issuer"),
    "year": ("publication year", "year of publication"),
    "url": ("link", "web address", "address", "source url"),
    "licence": ("license",),
    "recommendation": ("recommendations",),
    "standards": ("standard",),
}


def normal(text: str) -> str:
    """Return a name or label without case, accents and punctuation, its words parted by single spaces."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    return " ".join(re.findall(r"\w+", bare.replace("_", " ")))


BY_NAME: dict[str, str] = {
    **{normal(other): target for target, names in _OTHER_NAMES.items() for other in names},
    **{normal(target): target for target in TARGETS},
}
