"""Attack 15: something comes in, or goes on, under a label below that of its source. Refused, or the label goes along.

What people contribute comes with a later issue; what comes in now are files of public records, and what is made of
entries that are here.
"""

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from kb import marking, uploads
from kb.models import Entry, Marking, MediaDocument
from tests.attacks.people import Cast
from tests.factories import make_file
from tests.kb.importing.records import practice, run, write

pytestmark = pytest.mark.django_db

ABOVE = ("TLP:GREEN", "TLP:AMBER", "TLP:AMBER+STRICT", "TLP:RED")
# Where a record of elsewhere may say its label, whatever the file calls the column.
PLACES: tuple[dict[str, Any], ...] = (
    {"marking": "{label}"},
    {"tlp": "{label}"},
    {"Handling caveat": "{label}"},
    {"summary": "Passed on under {label} by its source."},
    {"keywords": "{label}"},
    {"references": [{"title": "A report", "kind": "guidance", "publisher": "x", "year": "2022", "locator": "{label}"}]},
)


def filled(cells: Any, label: str) -> Any:
    if isinstance(cells, dict):
        return {name: filled(cell, label) for name, cell in cells.items()}
    return [filled(cell, label) for cell in cells] if isinstance(cells, list) else cells.format(label=label)


@pytest.mark.parametrize("label", ABOVE)
def test_a15_a_record_whose_source_says_more_than_clear_does_not_come_in(tmp_path: Path, label: str) -> None:
    rows = [practice(number, **filled(cells, label)) for number, cells in enumerate(PLACES)]
    _code, told = run(write(tmp_path / "records.jsonl", rows))
    for number, cells in enumerate(PLACES):
        assert not Entry.objects.filter(source_key__endswith=f"practice-{number}").exists(), (cells, told)
    assert not Entry.objects.exists()


@pytest.mark.parametrize("step", ["duplicate", "translate"])
@pytest.mark.parametrize("name", ["green", "amber_home", "strict_home"])
def test_a15_what_is_made_of_an_entry_is_not_sent_with_a_label_of_its_own(cast: Cast, name: str, step: str) -> None:
    entry = cast.work(name).entry
    address = reverse(Entry.snippet_viewset.get_url_name(step), args=[entry.pk])
    page = cast.client("curator").get(address)
    choices = [field for field in page.context["form"] if getattr(field.field, "choices", None)]
    form = {field.html_name: list(field.field.choices)[-1][0] for field in choices}
    cast.client("curator").post(address, {**form, "label": "TLP:CLEAR", "marking": "TLP:CLEAR"})
    made = Entry.objects.exclude(pk=entry.pk).latest("pk")
    assert marking.snapshot(made.marking) == marking.snapshot(entry.marking)
    assert marking.source_of(made) == marking.source_of(entry)


@pytest.mark.parametrize("kind", ["curator", "reviewer", "administrator"])
def test_a15_a_file_that_is_here_is_not_given_a_lower_label(cast: Cast, kind: str) -> None:
    file = make_file(cast.marking("amber_home"))
    lower = {"title": "Zqtitle", "label": "TLP:CLEAR", "chatham_house": "on"}
    assert cast.client(kind).post(f"/admin/files/edit/{file.pk}/", lower).status_code == 422
    with pytest.raises(marking.LoweringNeedsTwoPeople):
        uploads.narrow(item=file, label="TLP:GREEN", by=cast.user(kind))
    assert Marking.objects.get(files=file).label == "TLP:AMBER"


@pytest.mark.parametrize("words", ["TLP RED notes.txt", "EU RESTRICTED.txt", "VS-NfD Bericht.txt"])
def test_a15_a_file_that_calls_itself_classified_does_not_come_in(cast: Cast, words: str) -> None:
    sent = SimpleUploadedFile(words, b"Shut it.")
    form = {"title": "A gate", "label": "TLP:CLEAR", "file": sent}
    assert cast.client("curator").post("/admin/files/new/", form).status_code == 422
    assert not MediaDocument.objects.exists()
