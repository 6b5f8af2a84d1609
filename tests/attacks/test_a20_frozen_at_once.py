"""a20: what is frozen is denied within the same second, on every way and to everybody."""

from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from kb.choices import RelationType, ReportReason
from kb.models import Entry, EntryRelation
from kb.spills import procedure
from people.choices import Role
from people.models import User
from search import indexing
from tests.factories import make_entry, make_user

pytestmark = pytest.mark.django_db

WORD = "Zwiebelturm"


def ways(entry: Entry, other: Entry) -> list[str]:
    """Return the addresses that show the entry to readers."""
    return [
        entry.get_absolute_url(),
        f"/fr{entry.get_absolute_url()}",
        other.get_absolute_url(),
        f"/search/?q={WORD}",
        f"/search/suggest/?q={WORD[:5]}",
        "/topics/",
        "/sitemap.xml",
        f"/briefing/?e={entry.public_id}&e={other.public_id}",
        "/assess/?place=christmas-market&threat=vehicle-as-weapon",
        "/",
    ]


def where_it_shows(client: Client, entry: Entry, other: Entry) -> list[str]:
    """Return the addresses whose answer names the entry, by title or identifier, but for what was asked."""
    found = []
    for address in ways(entry, other):
        text = client.get(address).content.decode()
        if WORD + " at" in text or (entry.public_id in text and entry.public_id not in address):
            found.append(address)
    return found


def people() -> dict[str, User]:
    return {
        "learner": make_user(member=False),
        "member": make_user(),
        **{str(role): make_user(roles=[role]) for role in Role},
        "superuser": make_user(superuser=True, roles=[Role.REVIEWER, Role.CURATOR, Role.SECURITY_OFFICER]),
    }


def test_a20_a_frozen_entry_is_denied_at_once_on_every_way_to_everybody(index_dir: Path) -> None:
    other = make_entry("Keep lanes narrow", announce=True)
    entry = make_entry(f"{WORD} at the gate", announce=True)
    EntryRelation.objects.create(source=entry, target=other, type=RelationType.SUPPORTS)
    indexing.rebuild()
    indexing.drain_all()
    anonymous = Client()
    assert len(where_it_shows(anonymous, entry, other)) >= 5
    assert len(where_it_shows(anonymous, entry, other)) >= 5, "from memory, too"
    procedure.open_spill(
        about="entry", key=entry.public_id, reason=ReportReason.IDENTIFIES, by=make_user().pk, vetted=True
    )
    clients = {"anonymous": anonymous}
    for name, person in people().items():
        clients[name] = Client()
        clients[name].force_login(person)
    for name, client in clients.items():
        assert where_it_shows(client, entry, other) == [], name
        assert client.get(entry.get_absolute_url()).status_code == 404, name
    for name in (Role.CURATOR, Role.REVIEWER, "superuser"):
        for view in ("edit", "history", "words", "marking"):
            address = reverse(Entry.snippet_viewset.get_url_name(view), args=[entry.pk])
            assert clients[name].get(address).status_code == 404, (name, view)
        listed = clients[name].get(reverse(Entry.snippet_viewset.get_url_name("list")))
        assert WORD not in listed.content.decode(), name
    indexing.drain_all()
    assert str(entry.translation_key) not in indexing.engine().checksums()
    assert where_it_shows(anonymous, entry, other) == []
