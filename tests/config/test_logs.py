"""Does the log say where something broke, without what somebody had typed?"""

import logging

from django.db import IntegrityError, OperationalError

from config.logs import LineFormatter, chain, words_of

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
