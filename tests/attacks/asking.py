"""How do attacks ask, and how are two answers compared?"""

import re
from typing import Any

from django.test import Client

from tests.attacks.crawl import body_of

UNKNOWN = "tjzq9k2p"  # as good an identifier as any, of nothing
CHANGING = {"X-Request-ID", "Date"}
_TOKENS = re.compile(r'name="csrfmiddlewaretoken" value="\w+"')


def shown(response: Any) -> str:
    """Return all that an answer tells: body and headers."""
    return f"{body_of(response)}\n{sorted(response.headers.items())}"


def answer(client: Client, address: str, asked: str) -> tuple[int, str, list[tuple[str, str]]]:
    """Return status, body and headers of an answer, without what was asked for and what is new with every answer."""
    response = client.get(address)
    body = _TOKENS.sub("", body_of(response)).replace(asked, "ASKED")
    headers = sorted((name, text.replace(asked, "ASKED")) for name, text in response.headers.items())
    return response.status_code, body, [row for row in headers if row[0] not in CHANGING]
