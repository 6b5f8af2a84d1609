"""What may be written into the audit log? Closed lists, numbers and labels; a text is refused."""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from people.choices import MembershipState, Role


class Event(TextChoices):
    """What happened."""

    LOGIN = "login", _("Signed in")
    LOGIN_FAILED = "login-failed", _("Sign-in failed")
    LOGOUT = "logout", _("Signed out")
    PASSWORD_CHANGED = "password-changed", _("Password changed")
    FACTOR_ADDED = "factor-added", _("Second factor added")
    FACTOR_REMOVED = "factor-removed", _("Second factor removed")
    PROFILE_CHANGED = "profile-changed", _("Name or preferences changed")
    VIEW = "view", _("Read AMBER or above")
    EXPORT = "export", _("Exported, downloaded or printed")
    LABEL_CHANGED = "label-changed", _("Marking changed")
    LABEL_REQUESTED = "label-requested", _("Change of marking asked for")
    RECALLED = "recalled", _("Recalled")
    RECALL_TOLD = "recall-told", _("A reader was told of a recall")
    SPILL = "spill", _("Spill procedure")
    ORIGIN_OPENED = "origin-opened", _("Origin opened")
    ROLE_GIVEN = "role-given", _("Role given")
    ROLE_TAKEN = "role-taken", _("Role taken away")
    MEMBERSHIP_CHANGED = "membership-changed", _("Membership changed")
    CIRCLE_JOINED = "circle-joined", _("Organisation joined a circle")
    CIRCLE_LEFT = "circle-left", _("Organisation left a circle")
    REFUSED = "refused", _("Refused")
    ADMIN_ACTION = "admin-action", _("Done in the editing interface")
    BACKUP = "backup", _("Backup made")
    RESTORE = "restore", _("Backup restored")
    AUDIT_READ = "audit-read", _("Audit log read")
    AUDIT_EXPORTED = "audit-exported", _("Audit log exported")
    AUDIT_CHECKED = "audit-checked", _("Audit log checked")
    AUDIT_ARCHIVED = "audit-archived", _("Audit log archived")


class Outcome(TextChoices):
    """How it ended."""

    DONE = "done", _("Done")
    REFUSED = "refused", _("Refused")
    FAILED = "failed", _("Failed")


# What a person is told of the own account.
OWN_EVENTS = (
    Event.LOGIN,
    Event.LOGIN_FAILED,
    Event.LOGOUT,
    Event.PASSWORD_CHANGED,
    Event.FACTOR_ADDED,
    Event.FACTOR_REMOVED,
    Event.PROFILE_CHANGED,
)


class FreeText(ValueError):
    """Something was to be written that is no number, no identifier and no word of a list."""


def _matching(pattern: str) -> Callable[[Any], bool]:
    compiled = re.compile(pattern)
    return lambda value: isinstance(value, str) and compiled.fullmatch(value) is not None


def _number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**63


_LABEL = _matching(r"TLP:(CLEAR|GREEN|AMBER|AMBER\+STRICT)")
_CODE = _matching(r"[a-z][a-z0-9_:.-]{0,79}")  # names that code gives: of addresses, actions, formats

# Which keys may stand beside a row, and what each may hold.
KEYS: dict[str, Callable[[Any], bool]] = {
    "action": _CODE,
    "circle": _number,
    "count": _number,
    "event": lambda value: value in Event.values,
    "format": lambda value: value in {"csv", "xlsx", "jsonl", "pdf", "html"},
    "from": _LABEL,
    "label": _LABEL,
    "method": lambda value: value in {"password", "totp", "webauthn", "recovery_codes", "oidc"},
    "organisation": _number,
    "person": _number,
    "request": _number,
    "revision": _number,
    "role": lambda value: value in Role.values,
    "state": lambda value: value in MembershipState.values,
    "status": lambda value: value in {403, 404},
    "through": _number,
    "to": _LABEL,
    "view": _CODE,
}
_KIND = re.compile(r"[a-z][a-z0-9._-]{0,39}")
_ID = re.compile(r"[A-Za-z0-9]{1,12}|[0-9]{1,19}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def checked_ids(ids: Iterable[object]) -> str:
    """Return identifiers as a row keeps them. Raises FreeText for what is none."""
    words = [str(one) for one in ids]
    for word in words:
        if not _ID.fullmatch(word):
            raise FreeText("An object of an audit row is named by its identifier.")
    return f" {' '.join(words)} " if words else ""


def checked_kind(kind: str) -> str:
    """Return the kind of object. Raises FreeText."""
    if kind and not _KIND.fullmatch(kind):
        raise FreeText("The kind of an object is a word of the code.")
    return kind


def checked_data(data: Mapping[str, Any] | None) -> str:
    """Return what stands beside a row as sorted JSON. Raises FreeText for another key or another type."""
    for key, value in (data or {}).items():
        if key not in KEYS or not KEYS[key](value):
            # The value itself may be what must not be written anywhere.
            raise FreeText(f"An audit row takes no such {key!r}." if key in KEYS else "An audit row takes no such key.")
    return json.dumps(dict(data or {}), sort_keys=True, separators=(",", ":"))
