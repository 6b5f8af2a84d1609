"""Can a query be written that goes past the rule, or that brings the site to its knees?"""

from collections.abc import Callable
from typing import Any

import pytest

from tests.attacks.people import Cast

pytestmark = pytest.mark.django_db


def hostile(word: str) -> list[str]:
    """Return ways to ask for a word round about."""
    return [
        f"{word} OR *",
        f"* OR {word}",
        f'"{word}',
        f"-{word}",
        f"-gate {word}",
        f"title:{word}",
        f"audience:1 {word}",
        f"audience:* {word}",
        f"key:* OR {word}",
        f"{word[:3]}*",
        f"{word[:4]}~2",
        f"/{word[:3]}.*/",
        f"origin:{word}",
        f"tlp:amber {word}",
        f"marking:amber-strict {word}",
        f"({word}) AND NOT (audience:1)",
        f"{word}\0gate",
        "a" * 10_000 + f" {word}",
        f"{'(' * 500}{word}{')' * 500}",
        f"/(a+)+$/ {word} aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!",
        f"[a TO z] {word}",
        f"{word}^1000",
        f"{word}'; SELECT 1; --",
        f"%{word[:4]}%",
        "_" * 8,
    ]


@pytest.mark.parametrize("limited", [False, True], ids=["engine", "database instead"])
def test_a07_no_query_goes_past_the_rule_or_fails(cast: Cast, index: Callable[[], Any], limited: bool) -> None:
    hidden, shown = cast.work("strict_other"), cast.work("clear")
    if not limited:
        index()
    for kind in ("anonymous", "learner", "member", "partner", "curator", "superuser"):
        client = cast.client(kind)
        for text in hostile(hidden.title):
            response = client.get("/search/", {"q": text})
            # What is too long is refused before it is read.
            assert response.status_code == (400 if len(text) > 5_000 else 200), (kind, text[:60])
            if response.status_code == 400:
                continue
            ids = {card.entry.public_id for card in response.context["found"].cards}
            assert ids <= {shown.entry.public_id}, (kind, text[:60])
            assert response.context["found"].total <= 1
            rows = client.get("/search/suggest/", {"q": text}).json()["suggestions"]
            assert not [row for row in rows if hidden.entry.public_id in row["url"]], (kind, text[:60])
