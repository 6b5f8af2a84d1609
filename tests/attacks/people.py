"""Who attacks, and what may each of them not know of? One place for all kinds of people and all kinds of entries.

`Cast` makes each person, and a client that is signed in as that person, when it is first asked for; `Cast.work` makes
an entry of a marking in a state, full of words that stand nowhere else. `READS` says who reads what: it was written
down from the table of the labels, not derived from the rule that is under test.
"""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import count
from typing import Any

from django.test import Client
from django.utils import timezone

from kb.choices import Standing, Tlp
from kb.models import Entry, Marking
from people.choices import MembershipState, Role
from people.models import Circle, Organisation, User
from tests.factories import make_circle, make_entry, make_marking, make_organisation, make_user

# Kind of person: the roles, and of which organisation. "home" owns what is STRICT here and is in the circle of what
# is AMBER here; "other" is a member like it, in another circle; "partner" is from outside the EU.
_KINDS: dict[str, tuple[str, tuple[str, ...]]] = {
    "learner": ("", ()),
    "member": ("home", ()),
    "other_member": ("other", ()),
    "partner": ("partner", ()),
    "contributor": ("home", ()),
    "curator": ("home", (Role.CURATOR,)),
    "reviewer": ("home", (Role.REVIEWER,)),
    "other_reviewer": ("other", (Role.REVIEWER, Role.CURATOR)),
    "trainer": ("home", (Role.TRAINER,)),
    "contact_point": ("home", (Role.CONTACT_POINT,)),
    "administrator": ("home", (Role.ADMINISTRATOR,)),
    "security_officer": ("home", (Role.SECURITY_OFFICER,)),
    "auditor": ("home", (Role.AUDITOR,)),
    "superuser": ("", ()),
}
ANONYMOUS = "anonymous"
KINDS: tuple[str, ...] = (ANONYMOUS, *_KINDS)

# Those who have work in the editing interface.
EDITORS: tuple[str, ...] = ("curator", "reviewer", "other_reviewer", "trainer", "administrator", "superuser")

_HOME = frozenset(kind for kind, (place, _roles) in _KINDS.items() if place == "home")
_OTHER = frozenset(kind for kind, (place, _roles) in _KINDS.items() if place == "other")

# Marking: which kinds of people read what is published under it.
READS: dict[str, frozenset[str]] = {
    "clear": frozenset(KINDS),
    "green": _HOME | _OTHER,
    "green_released": _HOME | _OTHER | {"partner"},
    "amber_home": _HOME,
    "amber_other": _OTHER,
    "strict_home": _HOME,
    "strict_other": _OTHER,
}
MARKINGS: tuple[str, ...] = tuple(READS)

# State: whether its text stands on the site for those whom the marking admits.
STATES: dict[str, bool] = {
    "published": True,
    "changed": True,  # published, with a newer draft
    "superseded": True,
    "expired": True,
    "draft": False,
    "review": False,
    "scheduled": False,
    "withdrawn": False,
    "recalled": False,
}


@dataclass(frozen=True)
class Work:
    """An entry and the words that stand nowhere but in it: in title, summary, text, keyword, newest draft."""

    entry: Entry
    marking: str
    state: str
    title: str
    summary: str
    body: str
    keyword: str
    draft: str

    @property
    def words(self) -> tuple[str, ...]:
        """All words by which its text would give it away."""
        return (self.title, self.summary, self.body, self.keyword, self.draft)

    @property
    def traces(self) -> tuple[str, ...]:
        """The words, and its identifier, which is part of its addresses."""
        return (*self.words, self.entry.public_id)

    def is_read_by(self, kind: str) -> bool:
        """May this kind of person read it on the site?"""
        return STATES[self.state] and kind in READS[self.marking]


_ALPHABET = "bcdfghjklmnpqrstvwxz"
_counter = count(1)


def secret_word(stem: str = "zq") -> str:
    """Return a word that stands nowhere else and that no stemmer or correction takes for another one."""
    number, letters = next(_counter) * 7919 % len(_ALPHABET) ** 5, ""
    for _position in range(5):
        number, rest = divmod(number, len(_ALPHABET))
        letters += _ALPHABET[rest]
    return f"{stem}{letters}"


class Cast:
    """Everybody who could attack, and what they are after. Nothing is made before it is asked for."""

    def __init__(self) -> None:
        """Begin with nobody."""
        self._users: dict[str, User] = {}
        self._clients: dict[str, Client] = {}
        self._works: dict[tuple[str, str], Work] = {}

    @cached_property
    def circles(self) -> dict[str, Circle]:
        """The circle of "home" and the one of "other"; their names are secrets of their members."""
        return {place: make_circle(secret_word("Zqcircle")) for place in ("home", "other")}

    @cached_property
    def organisations(self) -> dict[str, Organisation]:
        """Three organisations; the partner is in no circle."""
        return {
            "home": make_organisation(secret_word("Zqorg"), circles=[self.circles["home"]]),
            "other": make_organisation(secret_word("Zqorg"), country="FR", circles=[self.circles["other"]]),
            "partner": make_organisation(secret_word("Zqorg"), country="CH", is_partner=True),
        }

    def user(self, kind: str) -> User | None:
        """Return the person of this kind; nobody for anonymous."""
        if kind == ANONYMOUS:
            return None
        if kind not in self._users:
            place, roles = _KINDS[kind]
            # A superuser with every role, and no membership: neither may open anything.
            held = tuple(Role) if kind == "superuser" else roles
            self._users[kind] = make_user(
                f"{kind.replace('_', '-')}.{secret_word()}@example.org",
                name=secret_word("Zqname"),
                roles=held,
                organisation=self.organisations[place] if place else None,
                member=bool(place),
                superuser=kind == "superuser",
                state=MembershipState.ACTIVE,
            )
        return self._users[kind]

    def client(self, kind: str) -> Client:
        """Return the client of this kind of person, signed in; the same one each time."""
        if kind not in self._clients:
            self._clients[kind] = self.fresh_client(kind)
        return self._clients[kind]

    def fresh_client(self, kind: str, **options: Any) -> Client:
        """Return a new client of this kind of person, signed in; options go to Django's test client."""
        client = Client(**options)
        user = self.user(kind)
        if user is not None:
            client.force_login(user)
        return client

    def clients(self, kinds: tuple[str, ...] = KINDS) -> Iterator[tuple[str, Client]]:
        """Yield each kind of person with its client."""
        for kind in kinds:
            yield kind, self.client(kind)

    def marking(self, name: str) -> Marking:
        """Return a new marking of that name (see `READS`)."""
        label, _separator, rest = name.partition("_")
        if label == "amber":
            return make_marking(Tlp.AMBER, circles=[self.circles[rest]], handling_note=secret_word("Zqnote"))
        if label == "strict":
            owner = self.organisations[rest]
            return make_marking(Tlp.AMBER_STRICT, owning_organisation=owner, handling_note=secret_word("Zqnote"))
        return make_marking(Tlp.GREEN if label == "green" else Tlp.CLEAR, partner_release=rest == "released")

    def work(self, marking: str, state: str = "published") -> Work:
        """Return the entry of that marking in that state; the same one each time."""
        if (marking, state) not in self._works:
            self._works[marking, state] = self._make(marking, state)
        return self._works[marking, state]

    def all_works(self) -> list[Work]:
        """Return an entry of every marking in every state."""
        return [self.work(marking, state) for marking in MARKINGS for state in STATES]

    def hidden_from(self, kind: str) -> list[Work]:
        """Return what this kind of person may not know of: an entry of every marking and state out of reach."""
        return [
            self.work(marking, state)
            for marking in MARKINGS
            for state, shown in STATES.items()
            if not (shown and kind in READS[marking])
        ]

    def _make(self, marking: str, state: str) -> Work:
        title, summary, body, keyword, draft = (secret_word() for _word in range(5))
        standing = {
            "superseded": Standing.SUPERSEDED,
            "expired": Standing.EXPIRED,
            "recalled": Standing.RECALLED,
        }.get(state, Standing.CURRENT)
        entry = make_entry(
            f"Keep the gate {title} shut",
            marking=self.marking(marking),
            summary=f"Whoever holds {summary} knows more.",
            sections={"problem": f"<p>Where {body} stands, nobody else stands.</p>"},
            keywords=[keyword],
            live=STATES[state] or state == "recalled",
            standing=standing,
        )
        return Work(self._drafted(entry, state, draft), marking, state, title, summary, body, keyword, draft)

    def _drafted(self, entry: Entry, state: str, word: str) -> Entry:
        """Give the entry its revisions: the newest holds a word that is not on the site."""
        if state not in {"changed", "draft", "review", "scheduled", "withdrawn"}:
            return entry
        entry.save_revision()
        newest = Entry.objects.get(pk=entry.pk)
        newest.title = f"{newest.title} {word}"
        if state == "scheduled":
            newest.go_live_at = timezone.now() + datetime.timedelta(days=30)
        revision = newest.save_revision()
        if state == "scheduled":
            revision.approved_go_live_at = newest.go_live_at
            revision.save()
        if state == "review":
            Entry.objects.get(pk=entry.pk).get_workflow().start(Entry.objects.get(pk=entry.pk), None)
        if state == "withdrawn":
            Entry.objects.filter(pk=entry.pk).update(published_date=datetime.date(2026, 5, 6))
        return Entry.objects.get(pk=entry.pk)
