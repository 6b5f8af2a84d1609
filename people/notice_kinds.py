"""Which kinds of notice are there, how often is a mail sent about each, and what does one say to its reader today?

The apps above register their kinds: what an entry is called, only they know, and only under the reader's clearance.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise

from people.choices import MailRhythm
from people.models import Notice, Profile, User


@dataclass(frozen=True)
class Words:
    """What a notice says, and the address that it leads to."""

    text: str
    address: str = ""


# Of some notices of one kind and one reader: the words of those that the reader may know of now, by the notice's key.
Speaker = Callable[[User, Sequence[Notice]], Mapping[int, Words]]


@dataclass(frozen=True)
class Kind:
    """A kind of notice. About one of security a mail is always sent, at once."""

    name: str
    label: str | Promise
    speak: Speaker
    rhythm: str = MailRhythm.DAILY
    security: bool = False


class UnknownKind(ValueError):
    """Nobody registered a kind of this name."""


_KINDS: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Make a kind known, when the app that has it starts."""
    _KINDS[kind.name] = kind


def known() -> list[Kind]:
    """Return all kinds, by name."""
    return [_KINDS[name] for name in sorted(_KINDS)]


def kind_of(name: str) -> Kind:
    """Return the kind of this name. Raises UnknownKind."""
    if name not in _KINDS:
        raise UnknownKind(name)
    return _KINDS[name]


def rhythm_of(user: User, kind: Kind) -> str:
    """Return how often the person wants mails about this kind."""
    if kind.security:
        return MailRhythm.AT_ONCE
    chosen = Profile.objects.filter(user=user).values_list("mails", flat=True).first() or {}
    return str(chosen.get(kind.name, kind.rhythm))


def words_for(user: User, notices: Iterable[Notice]) -> dict[int, Words]:
    """Return the words of those notices that the person may know of now; the others say nothing."""
    by_kind: dict[str, list[Notice]] = {}
    for notice in notices:
        by_kind.setdefault(notice.kind, []).append(notice)
    found: dict[int, Words] = {}
    for name, rows in by_kind.items():
        if name in _KINDS:
            found.update(_KINDS[name].speak(user, rows))
    return found
