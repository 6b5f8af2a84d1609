"""What is answered when something broke, or when database or disk can take nothing just now?

Django calls these from every layer, so that a fault in a middleware is answered like one in a view.
"""

import errno
import sqlite3
import sys
from enum import Enum

from django.contrib.sessions.exceptions import SessionInterrupted
from django.db import Error, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseServerError, JsonResponse
from django.template import loader
from django.utils.translation import gettext as _
from django.views import defaults

from config.logs import chain
from config.request_ids import number_of
from people.kept_forms import SECRETS

SQLITE_BUSY = {5, 6, 15}  # another connection holds the lock (sqlite.org/rescode.html)
SQLITE_FULL = {8, 10, 13, 14}  # read-only, input/output error, full, cannot be opened
POSTGRES_BUSY = ("08", "40", "53", "55P03", "57")  # connection, rollback, resources, lock, operator (appendix A)
POSTGRES_FULL = ("53100", "25006")  # disk full, read-only
DISK_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS}


class Trouble(Enum):
    """What passes by itself: status of the answer, seconds after which to try again."""

    BUSY = (503, 10)
    FULL = (507, 60)


def trouble_of(error: BaseException | None) -> Trouble | None:
    """Say whether an exception comes of a busy database or a full disk; None where something broke."""
    found = (_trouble(one) for one in (chain(error) if error else ()))
    return next((trouble for trouble in found if trouble is not None), None)


def _trouble(error: BaseException) -> Trouble | None:
    if isinstance(error, OSError):
        return Trouble.FULL if error.errno in DISK_FULL else None
    if not isinstance(error, Error):
        return None
    cause = error.__cause__
    if isinstance(cause, sqlite3.Error):
        code = getattr(cause, "sqlite_errorcode", 0) & 0xFF
        return Trouble.FULL if code in SQLITE_FULL else Trouble.BUSY if code in SQLITE_BUSY else None
    state = str(getattr(cause, "sqlstate", None) or "")
    if state.startswith(POSTGRES_FULL):
        return Trouble.FULL
    # Without a state the connection itself was lost or refused.
    lost = not state and isinstance(error, OperationalError | InterfaceError)
    return Trouble.BUSY if lost or state.startswith(POSTGRES_BUSY) else None


def server_error(request: HttpRequest) -> HttpResponse:
    """Say what happened and what is safe, without database, context or languages: any of them may be what broke."""
    trouble = trouble_of(sys.exception())
    try:
        if trouble is not None:
            return try_again(request, trouble)
        page = loader.get_template("500.html").render({"request_id": number_of(request)})
    except Exception:
        # Without styles where they are what is missing.
        page = f"<!doctype html><title>500</title><h1>Something broke on our side</h1><p>{number_of(request)}</p>"
    return _private(HttpResponseServerError(page))


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Refuse a request; a session that could not be stored for want of the database is no fault of the request."""
    trouble = trouble_of(exception) if isinstance(exception, SessionInterrupted) else None
    return try_again(request, trouble) if trouble else defaults.bad_request(request, exception)


def try_again(request: HttpRequest, trouble: Trouble) -> HttpResponse:
    """Answer with the form that was sent, ready to be sent once more, and say when."""
    status, seconds = trouble.value
    if request.accepts("text/html"):
        kept, asked_again, files = kept_form(request) if request.method == "POST" else ([], [], False)
        context = {
            "full": trouble is Trouble.FULL,
            "address": "/" + request.get_full_path().lstrip("/"),
            "sent": request.method == "POST",
            "kept": kept,
            "asked_again": asked_again,
            "files": files,
            "request_id": number_of(request),
        }
        response = HttpResponse(loader.get_template("503.html").render(context), status=status)
    else:
        words = _("The site cannot store anything at the moment. Nothing is lost; try again in a moment.")
        answer = {"success": False, "error_code": trouble.name.lower(), "error_message": words}
        response = JsonResponse(answer, status=status)
    response.headers["Retry-After"] = str(seconds)
    return _private(response)


def kept_form(request: HttpRequest) -> tuple[list[tuple[str, str]], list[str], bool]:
    """Return what was typed as pairs, the names of secrets that are asked for again, and whether there were files.

    The token against forgery is the one that came: a page that somebody else sent gets no valid one here.
    """
    try:
        sent = [(name, value) for name, values in request.POST.lists() for value in values]
        files = bool(request.FILES)
    except Exception:
        # It is the reading of the form that failed.
        return [], [], False
    secrets = [name for name in dict.fromkeys(name for name, _value in sent) if name in SECRETS]
    return [(name, str(value)) for name, value in sent if name not in secrets], secrets, files


def _private(response: HttpResponse) -> HttpResponse:
    response.headers["Cache-Control"] = "private, no-store"
    return response
