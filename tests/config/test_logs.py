"""Does the log say where something broke, without what somebody had typed?"""

import io
import logging
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.db import IntegrityError, OperationalError
from django.test import Client
from django.urls import reverse

from config.logs import AddressFilter, LineFormatter, chain, without_secrets, words_of

FORMAT = "%(levelname)s [%(request_id)s] %(message)s"
TYPED = "zq-what-somebody-typed"


def line_of(error: Exception) -> str:
    record = logging.LogRecord("test", logging.ERROR, __file__, 1, "It broke", (), (type(error), error, None))
    return LineFormatter(FORMAT).format(record)


def raised(error: Exception, cause: Exception) -> Exception:
    try:
        try:
            raise cause
        except Exception as first:
            raise error from first
    except Exception as last:
        return last


def test_the_words_of_an_exception_that_may_quote_a_value_are_left_out() -> None:
    line = line_of(raised(ValueError(f"invalid literal: {TYPED}"), IntegrityError(f"Failing row contains ({TYPED})")))
    assert TYPED not in line
    assert "ValueError" in line
    assert "django.db.utils.IntegrityError\nwhich led to\n" in line
    assert "test_logs.py" in line


def test_words_about_the_code_and_the_machine_are_kept() -> None:
    assert (
        words_of(OperationalError("database is locked\nDETAIL: x"))
        == "django.db.utils.OperationalError: database is locked"
    )
    assert words_of(OSError(28, "No space left on device", TYPED)) == "OSError: [Errno 28] No space left on device"
    assert words_of(AttributeError("'NoneType' object has no attribute 'pk'")).endswith("'pk'")


def test_a_line_without_a_request_says_so_and_is_one_line() -> None:
    record = logging.LogRecord("test", logging.WARNING, __file__, 1, "Nothing %s", ("much",), None)
    assert LineFormatter(FORMAT).format(record) == "WARNING [-] Nothing much"


def test_a_chain_that_bites_its_tail_ends() -> None:
    one, other = ValueError(), KeyError()
    one.__cause__, other.__cause__ = other, one
    assert chain(one) == [one, other]


KEY = "zqk3y-d4a7b1-9f8e7d6c5b4a"


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Give what the handler of the settings writes."""
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(LineFormatter(FORMAT))
    assert settings.LOGGING["handlers"]["console"]["filters"] == ["addresses"]
    handler.addFilter(AddressFilter())
    logging.getLogger().addHandler(handler)
    yield out
    logging.getLogger().removeHandler(handler)


def one_time_addresses() -> list[str]:
    return [
        reverse("account_reset_password_from_key", kwargs={"uidb36": "7", "key": KEY}),
        f"/account/confirm-email/{KEY}/",
        f"/fr/account/password/reset/key/7-{KEY}/",
        f"/invitations/{KEY}/",
    ]


def test_one_time_addresses_are_cut_in_words_and_in_what_is_put_into_them() -> None:
    for address in one_time_addresses():
        assert KEY not in without_secrets(
            f"Forbidden (Referer checking failed - https://x.org{address} does not match.)"
        )
        for msg, args in ((f"Bad: {address}", ()), ("Bad: %s %d", (address, 3)), ("%(path)s", ({"path": address},))):
            record = logging.LogRecord("test", logging.ERROR, __file__, 1, msg, args, None)
            assert AddressFilter().filter(record)
            assert KEY not in record.getMessage()
    record = logging.LogRecord("test", logging.ERROR, __file__, 1, "%s took %.1f s", ("/entries/7/", 3.25), None)
    assert AddressFilter().filter(record)
    assert record.getMessage() == "/entries/7/ took 3.2 s"


@pytest.mark.django_db
def test_a_missing_csrf_token_writes_no_one_time_key(log: io.StringIO) -> None:
    for address in one_time_addresses():
        assert Client(enforce_csrf_checks=True).post(address, {"password1": TYPED}).status_code in {403, 404}
    told = log.getvalue()
    assert "/password/reset/key/…" in told
    assert KEY not in told
    assert TYPED not in told


@pytest.mark.django_db
def test_a_locked_database_writes_no_one_time_key(log: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> None:
    def locked(*_words: object, **_options: object) -> None:
        raise OperationalError("database is locked")

    monkeypatch.setattr("allauth.account.views.PasswordResetFromKeyView.dispatch", locked)
    client = Client(raise_request_exception=False)
    assert client.get(one_time_addresses()[0]).status_code == 503
    told = log.getvalue()
    assert "/password/reset/key/…" in told
    assert "database is locked" in told
    assert KEY not in told
