"""What becomes of a form that is sent after the visit has ended? It is sealed until its sender has signed in again.

The text lies encrypted in the cache of visits. The name from which its place and key are made stands in the sender's
session alone: where no session names it any more, it opens for nobody. It opens for the same account only, and is gone
after an hour.
"""

import base64
import hashlib
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core.cache import caches
from django.db import DatabaseError
from django.http import HttpRequest

# What is asked for again instead of being kept or written into a page.
SECRETS = ("password", "oldpassword", "password1", "password2", "code", "credential", "shared_secret")
SESSION_KEY = "kept_forms"
SHOWN_KEY = "kept_forms_shown"
KEPT_SECONDS = 3600
MOST = 5  # forms of one browser


@dataclass(frozen=True)
class KeptForm:
    """A form as it was sent: where to, what was typed, which secrets are asked for again, and whether files were."""

    address: str
    fields: list[tuple[str, str]]
    asked_again: list[str]
    files: bool

    @property
    def shown(self) -> list[tuple[str, str]]:
        """Return what a person typed, without what forms carry for themselves."""
        return [
            (name.replace("_", " ").replace("-", " "), value)
            for name, value in self.fields
            if " " in value.strip() and not value.lstrip().startswith(("{", "["))
        ]


def fields_of(request: HttpRequest) -> KeptForm:
    """Return what was sent, without secrets and without the token against forgery."""
    sent = [(name, str(value)) for name, values in request.POST.lists() for value in values]
    asked = [name for name in dict.fromkeys(name for name, _value in sent) if name in SECRETS]
    fields = [(name, value) for name, value in sent if name not in (*SECRETS, "csrfmiddlewaretoken")]
    return KeptForm("/" + request.get_full_path().lstrip("/"), fields, asked, bool(request.FILES))


def keep(session: Any, form: KeptForm, *, user_id: str) -> bool:
    """Seal a form for this account; return whether it could be stored."""
    name = secrets.token_urlsafe(24)
    words = json.dumps([user_id, form.address, form.fields, form.asked_again, form.files])
    try:
        if not caches["visits"].add(place_of(name), _seal(name).encrypt(words.encode()).decode(), KEPT_SECONDS):
            return False
    except DatabaseError:
        return False
    session[SESSION_KEY] = [*session.get(SESSION_KEY, []), name][-MOST:]
    return True


def waiting(session: Any) -> bool:
    """Does the session name forms that its sender has not been shown yet?"""
    return bool(set(session.get(SESSION_KEY, [])) - set(session.get(SHOWN_KEY, [])))


def take(session: Any, *, user_id: str) -> list[KeptForm]:
    """Return the forms of this account, oldest first. Those of another account are forgotten unread."""
    found, named = [], []
    for name in session.get(SESSION_KEY, []):
        try:
            owner, form = _opened(name)
        except (DatabaseError, InvalidToken, ValueError):
            continue
        if owner == user_id:
            found.append(form)
            named.append(name)
    session[SESSION_KEY] = session[SHOWN_KEY] = named
    return found


def _opened(name: str) -> tuple[str, KeptForm]:
    """Return whose form it is, and the form. Raises DatabaseError, InvalidToken, and ValueError where there is none."""
    sealed = caches["visits"].get(place_of(name))
    owner, address, fields, asked, files = json.loads(_seal(name).decrypt(sealed.encode()) if sealed else "[]")
    return owner, KeptForm(address, [(key, value) for key, value in fields], asked, files)


def forget(session: Any) -> None:
    """Throw away every form that the session names."""
    session.pop(SHOWN_KEY, None)
    for name in session.pop(SESSION_KEY, []):
        _drop(name)


def forget_where(goes: Callable[[KeptForm], bool]) -> int:
    """Throw away, of everybody's forms, those that go, and those that cannot be opened to see; return how many.

    The sessions lose the names inside the transaction of the caller: from then on the forms open for nobody.
    """
    count = 0
    for session in Session.objects.all().iterator():
        kept = session.get_decoded()
        names = kept.get(SESSION_KEY, [])
        going = [name for name in names if _goes(name, goes)]
        for name in going:
            _drop(name)
        if going:
            kept[SESSION_KEY] = [name for name in names if name not in going]
            Session.objects.filter(pk=session.pk).update(session_data=SessionStore().encode(kept))
        count += len(going)
    return count


def _goes(name: str, goes: Callable[[KeptForm], bool]) -> bool:
    try:
        return goes(_opened(name)[1])
    except ValueError:
        return False  # it has run out
    except (DatabaseError, InvalidToken):
        return True


def _drop(name: str) -> None:
    try:
        caches["visits"].delete(place_of(name))
    except DatabaseError:
        return  # it runs out by itself


def place_of(name: str) -> str:
    """Return under what a form of this name lies; the name itself stands nowhere but in the session."""
    return f"form:{hashlib.sha256(name.encode()).hexdigest()}"


def _seal(name: str) -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    digests = [
        hashlib.sha256(b"people.kept_forms:" + str(key).encode() + b":" + name.encode()).digest() for key in keys
    ]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])
