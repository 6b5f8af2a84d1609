"""What of a fault is written to the log? Where it happened and of which kind; never what somebody had typed.

The words of most exceptions quote the value that was wrong, and a database quotes the whole row.
"""

import logging
import re
import traceback
from collections.abc import Mapping
from types import TracebackType

from django.db import OperationalError

from config.request_ids import number_of

# Their words speak of names in the code and of the machine, not of values.
TELLING = (AttributeError, ImportError, NameError, RecursionError, TypeError, ZeroDivisionError, OperationalError)
MOST_CAUSES = 10
# What stands behind these in an address lets in whoever has it.
_ONE_TIME = re.compile(
    r"(/(?:password/reset/key|confirm-email|invitations?|unsubscribe)/)[^\s\"'<>]+",
    re.IGNORECASE,
)
CUT = r"\1…"


def without_secrets(text: str) -> str:
    """Return a text whose addresses have lost what may be used once."""
    return _ONE_TIME.sub(CUT, text)


def _cut(value: object) -> object:
    """Return a value for a line of the log; what would put an address into it becomes a text without secrets."""
    if isinstance(value, (int, float, bool)) or value is None:
        return value
    text = str(value)
    cut = without_secrets(text)
    return cut if cut != text else value


class AddressFilter(logging.Filter):
    """Takes one-time keys out of every record, whoever writes it: Django names the whole path of what it refuses."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record pass, its words and what is put into them without secrets."""
        record.msg = _cut(record.msg)
        if isinstance(record.args, Mapping):
            record.args = {name: _cut(value) for name, value in record.args.items()}
        elif record.args:
            record.args = tuple(_cut(value) for value in record.args)
        return True


def words_of(error: BaseException) -> str:
    """Return the kind of an exception, with its words where these cannot quote what was typed."""
    kind = f"{type(error).__module__}.{type(error).__qualname__}".removeprefix("builtins.")
    if isinstance(error, OSError):
        return f"{kind}: [Errno {error.errno}] {error.strerror}"
    return f"{kind}: {str(error).splitlines()[0]}" if isinstance(error, TELLING) and str(error) else kind


def chain(error: BaseException) -> list[BaseException]:
    """Return an exception and what led to it, the nearest first."""
    found = [error]
    while len(found) < MOST_CAUSES:
        cause = found[-1].__cause__ or (None if found[-1].__suppress_context__ else found[-1].__context__)
        if cause is None or cause in found:
            break
        found.append(cause)
    return found


class LineFormatter(logging.Formatter):
    """A line for each event, with the number of the request; the places in the code for an exception."""

    def format(self, record: logging.LogRecord) -> str:
        """Add the number of the request."""
        record.request_id = number_of(getattr(record, "request", None))
        return super().format(record)

    def formatException(  # noqa: N802  (the name is logging's)
        self, ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
    ) -> str:
        """Return where the exception and its causes were raised, the first cause first."""
        error = ei[1]
        if error is None:
            return ""
        parts = ["".join(traceback.format_tb(one.__traceback__)) + words_of(one) for one in reversed(chain(error))]
        return "\nwhich led to\n".join(parts)
