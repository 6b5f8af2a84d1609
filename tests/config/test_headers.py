"""Which requests are refused before a view sees them, and does every answer carry the headers?"""

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db

EVERYWHERE = (
    "Content-Security-Policy",
    "Permissions-Policy",
    "Cross-Origin-Resource-Policy",
    "Cross-Origin-Embedder-Policy",
    "X-Frame-Options",
)


@pytest.mark.parametrize(
    "path", ["/", "/nowhere/", "/robots.txt", "/admin/", "/search/?q=" + "x" * 8000, "/search/suggest/"]
)
def test_a56_every_answer_carries_the_headers(client: Client, path: str) -> None:
    answer = client.get(path)
    assert [name for name in EVERYWHERE if name not in answer.headers] == []


def test_an_address_that_no_form_can_make_is_refused(client: Client) -> None:
    assert client.get("/search/?q=" + "x" * 8000).status_code == 400
    assert client.get("/search/?q=" + "x" * 5000).status_code == 200
    assert client.get("/admin/?q=%00").status_code == 400
    assert client.get("/search/?q=%00").status_code == 200


def test_methods_that_only_echo_are_refused(client: Client) -> None:
    assert client.generic("TRACE", "/").status_code == 405
