"""When did a visit begin, when was somebody last at work in it, and has it ended by now?

The beginning stands in the session. The last activity stands in a cache of its own, written once a minute at most, so
that reading does not write into the database of content; an entry that has run out, or was lost, ends the visit.
"""

import logging
import secrets
import time
from typing import Any

from django.conf import settings
from django.contrib.auth.signals import user_logged_in
from django.core.cache import caches
from django.db import DatabaseError

logger = logging.getLogger("people.visits")

STARTED = "visit_started"  # seconds since 1970
KEY = "visit_key"  # under which the last activity is found; never the session's own key
WRITTEN_EVERY = 60  # seconds


def begin(session: Any, now: float | None = None) -> None:
    """Note that a visit begins: at signing in, whichever way."""
    session[STARTED] = now if now is not None else time.time()
    session[KEY] = secrets.token_urlsafe(24)
    touch(session, now)


def touch(session: Any, now: float | None = None) -> None:
    """Note that somebody is at work; a cache that is away is none of the reader's business."""
    key = session.get(KEY)
    if not key:
        return
    try:
        _write(key, _store().get(key), now if now is not None else time.time())
    except DatabaseError:
        logger.warning("The last activity of a visit could not be stored")


def goes_on(session: Any, *, active: bool) -> bool:
    """Return whether the visit has not ended, and note that somebody is at work in it; the activity is read once."""
    moment = time.time()
    left, last = _left(session, moment)
    if left <= 0:
        return False
    if active and last is not None:
        try:
            _write(session[KEY], last, moment)
        except DatabaseError:
            logger.warning("The last activity of a visit could not be stored")
    return True


def seconds_left(session: Any, now: float | None = None) -> int:
    """Return for how many seconds the visit goes on if nothing more is done; 0 where it has ended.

    While the cache is away, only the length of the whole visit counts: reading goes on.
    """
    return _left(session, now if now is not None else time.time())[0]


def _left(session: Any, moment: float) -> tuple[int, float | None]:
    """Return the seconds that are left, and the last activity; None while the cache is away."""
    started, key = session.get(STARTED), session.get(KEY)
    if not isinstance(started, int | float) or not key:
        return 0, None  # begun before visits had an end
    whole = started + settings.VISIT_SECONDS - moment
    try:
        last = _store().get(key) or 0.0
    except DatabaseError:
        return max(0, int(whole)), None
    idle = last + settings.VISIT_IDLE_SECONDS - moment
    return max(0, int(min(whole, idle))), last


def _write(key: str, last: float | None, moment: float) -> None:
    if last is None or moment - last >= WRITTEN_EVERY:
        _store().set(key, moment, settings.VISIT_IDLE_SECONDS + WRITTEN_EVERY)


def _store() -> Any:
    return caches["visits"]


def _on_login(sender: Any, request: Any, user: Any, **kwargs: Any) -> None:
    begin(request.session)


def connect() -> None:
    """Begin a visit whenever somebody signs in."""
    user_logged_in.connect(_on_login, dispatch_uid="people.visits")
