"""What the web server itself writes says nothing of what somebody searched for."""

import logging
import runpy
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

SETTINGS = Path(__file__).parents[2] / "config" / "gunicorn.py"


@pytest.fixture
def log(request: pytest.FixtureRequest) -> Any:
    """The log of errors of a server that starts with these settings."""
    log = logging.getLogger(f"gunicorn.error.{request.node.name}")
    runpy.run_path(str(SETTINGS))["on_starting"](SimpleNamespace(log=SimpleNamespace(error_log=log)))
    return log


@pytest.mark.parametrize(
    ("line", "args"),
    [
        ("Invalid request from ip=127.0.0.1: Invalid HTTP request line: 'GET /search/?q=zq-secret zq'", ()),
        ("Error handling request %s", ("/search/?q=zq-secret",)),
    ],
    ids=["malformed", "failed"],
)
def test_a_line_about_a_request_leaves_out_what_was_asked_for(
    log: logging.Logger, caplog: pytest.LogCaptureFixture, line: str, args: tuple[str, ...]
) -> None:
    log.warning(line, *args)
    assert caplog.records
    assert "request" in caplog.text
    assert "zq" not in caplog.text


def test_other_lines_stay_as_they_are(log: logging.Logger, caplog: pytest.LogCaptureFixture) -> None:
    log.warning("Worker (pid:%s) was sent SIGTERM!", 12)
    assert "Worker (pid:12) was sent SIGTERM!" in caplog.text
