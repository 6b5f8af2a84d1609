"""Does a copy or a translation of a hidden entry come out into the open?"""

from typing import Any

import pytest
from django.urls import reverse

from kb.models import Entry
from tests.attacks.asking import shown
from tests.attacks.people import EDITORS, KINDS, Cast

pytestmark = pytest.mark.django_db


def address(name: str, entry: Entry) -> str:
    return reverse(Entry.snippet_viewset.get_url_name(name), args=[entry.pk])


@pytest.mark.parametrize("step", ["duplicate", "translate"])
@pytest.mark.parametrize("marking", ["amber_home", "strict_home"])
def test_a18_what_is_made_of_a_hidden_entry_is_as_hidden(cast: Cast, step: str, marking: str) -> None:
    work = cast.work(marking)
    form: dict[str, Any] = {"locale": "fr", "language": "fr"}
    page = cast.client("curator").get(address(step, work.entry))
    choices = [field for field in page.context["form"] if getattr(field.field, "choices", None)]
    form |= {field.html_name: list(field.field.choices)[-1][0] for field in choices}
    cast.client("curator").post(address(step, work.entry), form)
    made = Entry.objects.exclude(pk=work.entry.pk).filter(title__contains=work.title).latest("pk")
    assert made.marking.label == work.entry.marking.label
    assert made.marking.circle_ids() == work.entry.marking.circle_ids()
    assert made.marking.owning_organisation_id == work.entry.marking.owning_organisation_id
    Entry.objects.filter(pk=made.pk).update(
        live=True,
        published_date=work.entry.published_date,
        review_by=work.entry.review_by,
        evidence_source="B",
        evidence_info="2",
    )
    for kind in KINDS:
        if work.is_read_by(kind):
            continue
        for prefix in ("", "/fr"):
            told = cast.client(kind).get(f"{prefix}/entries/{made.public_id}/")
            assert told.status_code == 404, kind
        if kind in EDITORS:
            assert cast.client(kind).get(address("edit", made)).status_code == 404, kind


def test_a18_whoever_may_not_know_of_it_makes_nothing_of_it(cast: Cast) -> None:
    work = cast.work("strict_other")
    before = Entry.objects.count()
    for kind in KINDS:
        if kind == "other_reviewer":
            continue
        for step in ("duplicate", "translate", "supersede", "marking", "relations", "reviewed"):
            told = cast.client(kind).post(address(step, work.entry), {"locale": "fr", "restrict": "1"})
            assert told.status_code in {302, 404}, (kind, step)
            assert not [word for word in work.words if word in shown(told)], (kind, step)
    assert Entry.objects.count() == before
