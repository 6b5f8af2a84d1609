"""Does HTML come out clean, whatever way it came in?"""

import json
from typing import Any

import pytest

from kb.models import Entry
from kb.sanitising import clean_html, plain_text
from tests.factories import make_entry

ATTACK = '<p onclick="x()">Fine<script>alert(1)</script><img src=x onerror=alert(1)><a href="javascript:x">l</a></p>'
BAD = ("<script", "onclick", "onerror", "javascript:", "<img", "<iframe", "style=")


def _stream(html: str) -> list[dict[str, Any]]:
    return [
        {"type": "problem", "value": html, "id": "a"},
        {
            "type": "steps",
            "value": [{"type": "item", "id": "b", "value": {"title": "Walk\x00", "text": "t"}}],
            "id": "c",
        },
        {"type": "no_such_section", "value": html, "id": "d"},
    ]


def _is_clean(stored: str) -> bool:
    return not any(word in stored for word in BAD) and "\\u0000" not in stored and "no_such_section" not in stored


def _raw(pk: int) -> str:
    """What the database holds, past every field class."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT body FROM kb_entry WHERE id = %s", [pk])
        value = cursor.fetchone()[0]
    return value if isinstance(value, str) else json.dumps(value)


@pytest.mark.parametrize(
    "html",
    [
        ATTACK,
        '<iframe src="https://example.org"></iframe><p style="color:red">x</p>',
        "<svg><script>alert(1)</script></svg>",
        '<a href="data:text/html,x">x</a><a href=" javascript:x">y</a>',
        "<p>" * 500 + "deep",
    ],
)
def test_cleaning_leaves_nothing_active_and_is_idempotent(html: str) -> None:
    once = clean_html(html)
    assert not any(word in once for word in BAD)
    assert "data:" not in once
    assert clean_html(once) == once


def test_plain_text_parts_blocks_and_resolves_entities() -> None:
    assert plain_text("<p>One &amp; two</p><p>three</p>") == "One & two three"


@pytest.mark.django_db
def test_html_by_the_orm_comes_out_clean() -> None:
    entry = make_entry()
    entry.body = json.dumps(_stream(ATTACK))
    entry.save()
    assert _is_clean(_raw(entry.pk))
    assert "Fine" in _raw(entry.pk)


@pytest.mark.django_db
def test_html_by_update_comes_out_clean() -> None:
    entry = make_entry()
    Entry.objects.filter(pk=entry.pk).update(body=_stream(ATTACK))
    assert _is_clean(_raw(entry.pk))


@pytest.mark.django_db
def test_html_by_bulk_create_comes_out_clean() -> None:
    entry = make_entry()
    twin = Entry(
        title="Twin",
        kind="practice",
        marking=entry.marking,
        locale=entry.locale,
        live=False,
        body=json.dumps(_stream(ATTACK)),
    )
    Entry.objects.bulk_create([twin])
    assert _is_clean(_raw(Entry.objects.get(title="Twin").pk))


@pytest.mark.django_db
def test_html_in_a_revision_comes_out_clean() -> None:
    entry = make_entry()
    entry.body = json.dumps(_stream(ATTACK))
    revision = entry.save_revision(clean=False)
    assert _is_clean(json.dumps(revision.content["body"]))


@pytest.mark.django_db
def test_control_characters_leave_titles() -> None:
    entry = make_entry()
    Entry.objects.filter(pk=entry.pk).update(title="Bell\x07 and\x0b tab", summary="Line\nbreak\x08")
    entry = Entry.objects.get(pk=entry.pk)
    assert entry.title == "Bell and tab"
    assert entry.summary == "Line\nbreak"
