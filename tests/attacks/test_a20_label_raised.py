"""Within the second in which a label is raised, does any way out still show the entry?"""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from kb import marking, uploads
from kb.choices import Tlp
from kb.public_state import note_change
from kb.signals import entry_withdrawn
from search import indexing
from tests.attacks.asking import shown
from tests.attacks.people import KINDS, READS, Cast
from tests.factories import make_picture

pytestmark = pytest.mark.django_db


def ways_out(public_id: str, word: str) -> tuple[str, ...]:
    """Return the addresses at which readers came upon the entry before."""
    return (
        *(f"/entries/{public_id}/", f"/fr/entries/{public_id}/", f"/search/?q={word}", "/search/", "/"),
        *(f"/search/suggest/?q=keep+the+gate+{word[:4]}", "/sitemap.xml", f"/briefing/?e={public_id}", "/topics/"),
        *("/topics/facility-types/christmas-market/", "/search/?sort=newest", "/search/?marking=clear"),
        "/assess/?place=christmas-market&threat=vehicle-as-weapon",
    )


@pytest.mark.parametrize("change", ["restrict", "withdraw", "recall"])
def test_a20_no_way_out_shows_what_was_just_closed(
    cast: Cast, index: Callable[[], Any], settings: Any, change: str
) -> None:
    settings.PAGE_CACHE_BYTES = 4_000_000
    work = cast.work("clear")
    index()
    clients = {kind: cast.fresh_client(kind) for kind in KINDS}
    addresses = ways_out(work.entry.public_id, work.title)
    for kind, client in clients.items():
        seen = [address for address in addresses if work.title in shown(client.get(address)).replace(address, "")]
        assert len(seen) >= 5, kind
    if change == "restrict":
        marking.restrict_now(entry=work.entry, by=cast.user("curator"))
    elif change == "withdraw":
        work.entry.unpublish()
    else:
        type(work.entry).objects.filter(pk=work.entry.pk).update(standing="recalled")
        entry_withdrawn.send(sender=type(work.entry), translation_key=work.entry.translation_key)
        note_change(public=True)
    readers = READS["strict_home"] if change == "restrict" else frozenset()
    for kind in set(KINDS) - readers:
        for client in (clients[kind], cast.fresh_client(kind)):
            for address in addresses:
                told = client.get(address)
                left = shown(told).replace(address, "").replace(f'value="{work.title}"', "")
                assert work.summary not in left, (kind, address)
                assert work.body not in left, (kind, address)
                if "found" in (told.context or {}):
                    assert told.context["found"].total == 0, (kind, address)
                    # What is shown is asked for in the database once more; numbers come from the index alone.
                    assert not told.context["found"].results.counts.get("marking"), (kind, address)
                if "entries/" in address:
                    # Of a recalled work, whom the marking admits sees that it was recalled, and nothing more.
                    admitted = change == "recall" and kind in READS[work.marking]
                    assert told.status_code == (410 if admitted else 404), (kind, address)
    indexing.drain_all()
    for kind in readers:
        assert cast.client(kind).get(addresses[0]).status_code == 200, kind


def test_a20_what_a_browser_kept_is_not_confirmed_any_more(cast: Cast, index_dir: Any, settings: Any) -> None:
    settings.PAGE_CACHE_BYTES = 4_000_000
    indexing.rebuild()
    work, client = cast.work("clear"), Client()
    etag = client.get(work.entry.get_absolute_url()).headers["ETag"]
    assert client.get(work.entry.get_absolute_url(), headers={"If-None-Match": etag}).status_code == 304
    marking.relabel(entry=work.entry, label=Tlp.GREEN, by=None)
    assert client.get(work.entry.get_absolute_url(), headers={"If-None-Match": etag}).status_code == 404


def test_a20_every_size_of_a_picture_is_closed_with_it(cast: Cast) -> None:
    picture = make_picture(cast.marking("clear"))
    addresses = [picture.address(size) for size in ("small", "medium", "large", "full")]
    kept = {}
    for address in addresses:
        given = cast.client("anonymous").get(address)
        kept[address] = given.headers["ETag"]
        assert b"".join(given.streaming_content)
    owner = cast.organisations["home"]
    uploads.narrow(item=picture, label=Tlp.AMBER_STRICT, owning_organisation=owner, by=None)
    for kind in set(KINDS) - READS["strict_home"]:
        for address, etag in kept.items():
            for headers in ({}, {"If-None-Match": etag}):
                given = cast.client(kind).get(address, headers=headers)
                assert not (given.streaming and list(given.streaming_content)), (kind, address)
                assert given.status_code == 404, (kind, address)
