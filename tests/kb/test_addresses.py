"""Which addresses lead to the public web?"""

import pytest

from kb.addresses import is_public


@pytest.mark.parametrize(
    "url", ["https://www.example.org/guide?x=1", "http://example.org:8080/", "https://bücher.example.org"]
)
def test_public_ones(url: str) -> None:
    assert is_public(url)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://127.1/",
        "http://2130706433/",
        "http://0x7f.0x1/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://169.254.169.254/latest/meta-data/",
        "http://10.0.0.5/",
        "http://8.8.8.8/",
        "http://localhost/",
        "http://localhost.:8000/",
        "http://printer.local/",
        "http://metadata.google.internal/",
        "http://intranet/",
        "https://user:secret@example.org/",
        "https://example.org@127.0.0.1/",
        "file:///etc/passwd",
        "gopher://example.org/",
        "javascript:alert(1)",
        "//example.org/",
        "http://[broken/",
        "https://example.org:99999999/",
        "",
    ],
)
def test_others(url: str) -> None:
    assert not is_public(url)
