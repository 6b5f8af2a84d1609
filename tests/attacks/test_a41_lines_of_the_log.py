"""Can a line break bring a line of one's own into the log, or a header into an answer?"""

import json
import logging
from collections.abc import Iterator
from io import StringIO
from urllib.parse import quote

import pytest

from config.logs import LineFormatter
from tests.attacks.people import KINDS, Cast

pytestmark = pytest.mark.django_db

BREAKS = ("\r\n", "\n", "\r", "\u2028", "\x0b", "\x85")
FORGED = "ERROR forged Set-Cookie: a=b"


@pytest.fixture
def log() -> Iterator[StringIO]:
    written = StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(LineFormatter("%(levelname)s %(name)s [%(request_id)s] %(message)s"))
    logging.getLogger().addHandler(handler)
    yield written
    logging.getLogger().removeHandler(handler)


def test_a41_what_is_asked_for_stays_on_its_line_and_makes_no_header(cast: Cast, log: StringIO) -> None:
    for kind in KINDS:
        client = cast.client(kind)
        for each in BREAKS:
            text = f"gate{each}{FORGED}"
            for answer in (
                client.get("/search/", {"q": text}),
                client.get(f"/{quote(text)}/"),
                client.get(f"/entries/{quote(text)}/"),
                client.get("/", HTTP_USER_AGENT=text, HTTP_REFERER=text, HTTP_ACCEPT_LANGUAGE=text),
                client.get("/account/login/", {"next": text}),
                client.get("/entries/unknown22/", HTTP_X_REQUEST_ID=text),
                client.post("/csp-report", json.dumps({"csp-report": {"violated-directive": text}}), "text/plain"),
            ):
                assert not [value for value in answer.headers.values() if "\n" in value or "\r" in value]
                assert "Set-Cookie" not in answer.headers
    lines = log.getvalue().splitlines()
    assert lines
    assert not [line for line in lines if line.startswith(FORGED)]
    assert all(line.startswith(("WARNING ", "ERROR ", "INFO ")) for line in lines)
