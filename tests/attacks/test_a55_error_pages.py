"""What does an error tell?"""

import re
from typing import Any

import pytest
from django.test import Client

from tests.attacks.asking import shown
from tests.attacks.people import EDITORS, Cast, secret_word

pytestmark = pytest.mark.django_db

TELLING = re.compile(
    r"Traceback|settings|/tmp/|/w[o]rk/|\.py\b|Django|Wagtail|SECRET|DoesNotExist|QuerySet|urlconf", re.I
)
ALWAYS = ("Content-Security-Policy", "X-Content-Type-Options", "X-Frame-Options", "Referrer-Policy")


def errors(client: Client, monkeypatch: Any) -> dict[str, Any]:
    """Return one answer for each kind of error."""

    def broken(*_args: Any, **_kwargs: Any) -> None:
        raise ValueError(f"the words of an error, {WORD}")

    found = {
        "400": client.get("/", HTTP_HOST="evil.example"),
        "404": client.get("/entries/unknown22/"),
        "404 of the interface": client.get("/admin/nothing/here/"),
        "405": client.post("/search/"),
        "413": client.post("/account/login/", {"login": "a" * 3_000_000}),
        "many fields": client.post("/account/login/", {f"f{number}": "1" for number in range(2_100)}),
    }
    monkeypatch.setattr("search.views.results.parse", broken)
    found["500"] = client.get("/search/?q=gate")
    return found


WORD = secret_word()


@pytest.mark.parametrize("kind", ["anonymous", "member", "curator", "superuser"])
def test_a55_errors_tell_nothing_of_the_site_and_carry_all_headers(cast: Cast, monkeypatch: Any, kind: str) -> None:
    work = cast.work("strict_other")
    client = cast.fresh_client(kind, raise_request_exception=False)
    for name, answer in errors(client, monkeypatch).items():
        assert answer.status_code >= 302, name
        told = shown(answer)
        assert WORD not in told, name
        assert not [word for word in work.traces if word in told], name
        text = answer.content.decode()
        if "interface" in name and kind in EDITORS:
            text = re.sub("wagtail", "", text, flags=re.IGNORECASE)  # whoever edits works with it
        assert not TELLING.search(text), (name, TELLING.search(text))
        assert not [header for header in ALWAYS if header not in answer.headers], name
