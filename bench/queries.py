"""What do people search for? Queries of every kind that the search box understands."""

from urllib.parse import urlencode

TEXTS = (
    "vehicle barrier market",
    "queue bag search",
    "HVM",
    "drone over a stadium",
    "evacuation of a railway station",
    "Weihnachtsmarkt",
    "Zufahrtsschutz Poller",
    "menace à la bombe",
    "fouille des sacs à l'entrée",
    "insider threat background checks",
    "lockdown school",
    "suspect item mail room",
    "crowd exit management after the concert",
    "how do we tell the control room what stewards see",
    "radio exercise",
    "place of worship night",
    "explosive",
    "cyber attack on access control",
    "two doors one guard",
    "first aid before the ambulance comes",
    "food and water tampering at a summit",
    '"hostile vehicle" mitigation',
    '"bag search" queue -airport',
    "parade -drone",
    "title:barrier market",
    "evacuaton stadum",
    "concret blokcs",
    "the",
    "and so what do we do then",
    "lang:de Sicherheit",
    "kind:good-practice barrier",
    "tlp:clear drone",
)

FILTERS: tuple[dict[str, str], ...] = (
    {},
    {"sort": "newest"},
    {"sort": "evidence"},
    {"language": "en"},
    {"marking": "clear"},
    {"page": "3"},
)


def addresses() -> list[str]:
    """Return the query strings of searches: every text, some of them narrowed, sorted or turned over."""
    return [
        "?" + urlencode({"q": text, **FILTERS[number % len(FILTERS)]} if number % 2 else {"q": text})
        for number, text in enumerate(TEXTS)
    ]
