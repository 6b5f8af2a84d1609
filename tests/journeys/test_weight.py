"""Is a first view light enough for a phone on a bad line?"""

import gzip
import re
import urllib.request

import pytest

LIMIT = 27 * 1024  # bytes of HTML, CSS and JS on the wire


def _fetch(address: str) -> tuple[bytes, int]:
    """Return the content and how many bytes of it went over the wire."""
    request = urllib.request.Request(address, headers={"Accept-Encoding": "gzip"})
    with urllib.request.urlopen(request, timeout=20) as answer:
        sent = answer.read()
        return (gzip.decompress(sent) if answer.headers.get("Content-Encoding") == "gzip" else sent), len(sent)


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/search/?q=vehicle",
        "ENTRY",
        "/topics/",
        "/topics/threats/vehicle-attack/",
        "/assess/",
        "/guidance/markings/",
    ],
)
def test_a_first_view_stays_within_its_weight(site: str, path: str) -> None:
    if path == "ENTRY":
        found = re.search(rb'href="(/entries/[^"]+)"', _fetch(site + "/search/")[0])
        assert found
        path = found[1].decode()
    page, total = _fetch(site + path)
    parts = re.findall(rb'(?:<link rel="stylesheet" href|<script src)="([^"]+)"', page)
    assert parts
    for part in parts:
        total += _fetch(site + part.decode())[1]
    assert total <= LIMIT, f"{path}: {total} bytes"
    assert b"htmx" not in page
