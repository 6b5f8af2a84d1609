"""a43, a44: where an entry comes from and who wrote it is told to nobody, on no page, in no row and in no mail.

Opening an origin, with a reason and a row of the audit log, comes with contributions; until then nobody can.
"""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from wagtail.models import ModelLogEntry, Revision

from kb import marking
from kb.models import Entry, SharingQuestion
from kb.publishing import publish_entry
from kb.vocabulary import vocabulary
from people.choices import Role
from people.models import Organisation, User
from search.documents.entries import build
from tests.attacks.asking import shown
from tests.attacks.people import EDITORS, KINDS, Cast, secret_word
from tests.factories import make_organisation, make_user
from tests.people.audit import log

pytestmark = pytest.mark.django_db


class Told:
    """An entry that somebody wrote for an organisation, let go from STRICT to GREEN by two people, and asked about."""

    def __init__(self, cast: Cast) -> None:
        """Do all that, as people would."""
        self.source: Organisation = make_organisation(secret_word("Zqsource"), circles=[cast.circles["home"]])
        self.author: User = self._person("Zqauthor", Role.CURATOR)
        self.reviewer: User = self._person("Zqreviewer", Role.REVIEWER)
        owned = {"label": "TLP:AMBER+STRICT", "owning_organisation": self.source}
        work = cast.work("green", "changed").entry
        work.marking = marking.create(**owned)
        work.save()
        self.entry = Entry.objects.get(pk=work.pk)
        self.entry.save_revision(user=self.author, log_action="wagtail.create", clean=False)
        change = marking.request_lowering(entry=self.entry, label="TLP:GREEN", reason="x", by=self.author)
        marking.agree(change=change, by=self.reviewer)
        self.entry = publish_entry(entry=Entry.objects.get(pk=work.pk), by=self.reviewer)
        member = cast.user("member")
        assert member is not None
        marking.ask(entry=self.entry, audience="All", reason="x", by=member)
        self.asker = member

    def _person(self, stem: str, role: Role) -> User:
        name = secret_word(stem)
        return make_user(f"{name.lower()}@example.org", name=name, roles=[role], organisation=self.source)

    @property
    def names(self) -> list[str]:
        """What nobody may come upon."""
        return [self.source.name, self.author.name, self.author.email, self.reviewer.name, self.reviewer.email]


def pages(told: Told) -> Iterator[str]:
    entry = told.entry
    yield from (entry.get_absolute_url(), f"/fr{entry.get_absolute_url()}", f"/briefing/?e={entry.public_id}")
    yield from ("/", "/search/?q=gate", "/search/suggest/?q=keep", "/topics/", "/sitemap.xml", "/you/inbox/")
    yield from (f"/entries/{entry.public_id}/marking/", f"/entries/{entry.public_id}/ask/", "/marking/")
    yield "/assess/?place=christmas-market&threat=vehicle-as-weapon"


def test_a43_no_page_names_who_an_entry_comes_from(cast: Cast, index: Callable[[], Any]) -> None:
    told = Told(cast)
    index()
    for kind in KINDS:
        for address in pages(told):
            answer = cast.client(kind).get(address)
            found = [name for name in told.names if name in shown(answer)]
            assert not found, (kind, address)
            assert "Last-Modified" not in answer.headers, (kind, address)


@pytest.mark.parametrize("kind", EDITORS)
def test_a44_the_editing_interface_masks_the_origin(cast: Cast, kind: str) -> None:
    told = Told(cast)
    names = Entry.snippet_viewset.get_url_name
    addresses = [reverse(names(view), args=[told.entry.pk]) for view in ("edit", "history", "marking", "words")]
    addresses += [reverse(names("list")), f"{reverse(names('list'))}?export=csv", "/admin/"]
    for address in addresses:
        # Who works on an entry is told who else does, by name; never for which organisation.
        assert told.source.name not in shown(cast.client(kind).get(address)), address


def test_a43_no_row_that_travels_with_an_entry_names_its_source(cast: Cast) -> None:
    log.empty()
    told = Told(cast)
    mine = {"object_id": str(told.entry.pk)}
    kept = [json.dumps(content) for content in Revision.objects.filter(**mine).values_list("content", flat=True)]
    kept += [str(row) for row in ModelLogEntry.objects.filter(**mine).values("label", "data", "action")]
    kept += [str(vars(row)) for row in log.events()]
    kept += [str(message.message()).replace(f"To: {message.to[0]}", "") for message in mail.outbox]
    assert len(kept) > 5
    for row in kept:
        assert not [name for name in told.names if name in row], row
    documents = build([told.entry.translation_key], vocabulary())
    assert len(documents) == 1
    assert not [name for name in told.names if name in str(documents)]
    assert told.entry.marking.owning_organisation is None


def test_a43_the_source_is_not_told_who_asks_for_wider_sharing(cast: Cast) -> None:
    told = Told(cast)
    question = SharingQuestion.objects.get()
    client = Client()
    client.force_login(told.author)
    page = shown(client.get(f"/marking/questions/{question.pk}/"))
    assert "somebody of: " in page
    assert not [word for word in (told.asker.name, told.asker.email, cast.organisations["home"].name) if word in page]
