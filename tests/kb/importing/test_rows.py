"""What a record may say, what makes it bad, and how the mapping and the report help."""

import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from kb.importing.files.base import FileUnusable
from kb.importing.mapping import fit
from kb.models import Entry
from tests.kb.importing.records import PRACTICE, practice, reviewer, run, write

pytestmark = pytest.mark.django_db


def bad(tmp_path: Path, **cells: Any) -> str:
    """Import one record with these cells beside a good one; return what was said of it."""
    code, told = run(write(tmp_path / "a.jsonl", [practice(1, **cells), practice(2)]))
    assert code == 1, told
    assert Entry.objects.count() == 1, "the good record is in"
    return next(line for line in told.splitlines() if line.startswith("line 1: "))


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ({"title": ""}, "Give it a title|title"),
        ({"title": "x" * 121}, "title: it has 121 characters, 120 fit"),
        ({"summary": "x" * 601}, "summary: it has 601 characters, 600 fit"),
        ({"title": "—"}, "holds no word"),
        ({"kind": "essay"}, "kind: 'essay' is none of: lesson, practice, pattern"),
        ({"kind": ""}, "kind: say what it is"),
        ({"language": "tlh"}, "language: 'tlh' is none of"),
        ({"not_when": ""}, "Say when not to use it"),
        ({"problem": ""}, "Write the section “The problem”"),
        ({"measures": ""}, "Name at least one measure"),
        ({"threats": "Dragons"}, "threats: 'Dragons' is no concept"),
        ({"mission_type": "exercise; peer-review"}, "mission_type: only one fits"),
        ({"evidence": "Z9"}, "evidence_source: 'Z' is none of"),
        ({"evidence": ""}, "Grade the evidence"),
        ({"review_by": ""}, "Set the date by which to review it"),
        ({"review_by": "31/01/2099"}, "is no date such as"),
        ({"review_by": "2099-13-01"}, "is no date such as"),
        ({"review_by": "1066-01-01"}, "is no likely date"),
        ({"published": "2098-01-01"}, "published: 2098-01-01 is still to come"),
        ({"published": "2020-01-01", "reviewed": "2019-01-01"}, "reviewed before it was published"),
        ({"reviewed": "2020-01-01", "published": "2020-01-01", "review_by": "2019-06-01"}, "due before the last one"),
        ({"year": "soon"}, "reference: 'soon' is no number"),
        ({"year": ""}, "reference: its year is missing"),
        ({"url": "", "publisher": ""}, "reference: its publisher, url are missing"),
        ({"url": "javascript:alert(1)"}, "no address that begins with https"),
        ({"url": "ftp://example.org/x"}, "no address that begins with https"),
        ({"url": "https://example.org/" + "x" * 400}, "its url has 420 characters, 400 fit"),
        ({"marking": "TLP:AMBER"}, "TLP:AMBER is not TLP:CLEAR"),
        ({"marking": "TLP:RED"}, "is not TLP:CLEAR"),
        ({"marking": "secret"}, "secret is not TLP:CLEAR"),
        ({"summary": "It was VS-NfD then."}, "summary: VS-NfD marks classified"),
        ({"steps": "Read the NATO SECRET annex | Together"}, "steps: NATO SECRET marks classified"),
        ({"keywords": "FOUO"}, "keywords: FOUO marks classified"),
        ({"side_effects": "Deliveries need a window."}, "write each as “kind . text”"),
        ({"side_effects": "doom | Deliveries"}, "side_effects: 'doom' is none of"),
        ({"steps": "x" * 161}, "steps: “x{30}…” has 161 characters, 160 fit"),
        ({"context": "A square."}, "has no section context"),
        ({"keywords": "x" * 101}, "keywords: at most 40, each of at most 100"),
        ({"key": "", "url": "", "reference_title": "", "publisher": "", "year": ""}, "neither a key nor a reference"),
        ({"key": "x" * 250}, "key: it has more than 200 characters"),
    ],
)
def test_a_bad_record_is_named_with_its_reason_and_the_others_go_in(
    tmp_path: Path, cells: dict[str, Any], words: str
) -> None:
    told = bad(tmp_path, **cells)
    assert re.search(words, told), told


def test_a_marking_may_say_clear_in_any_form(tmp_path: Path) -> None:
    rows = [practice(n, marking=label) for n, label in enumerate(["TLP:CLEAR", "clear", "TLP: White", ""])]
    assert run(write(tmp_path / "a.csv", rows))[0] == 0
    assert run(write(tmp_path / "b.csv", [{**practice(9), "TLP": "AMBER"}]))[0] == 2


@pytest.mark.parametrize("name", ["a.csv", "a.jsonl", "a.xlsx"])
def test_every_column_that_can_hold_the_marking_counts(tmp_path: Path, name: str) -> None:
    rows = [
        practice(1, label="CLEAR", TLP="TLP:RED"),
        practice(2, label="TLP:AMBER", TLP="TLP CLEAR"),
        practice(3, label="white", TLP=""),
        practice(4, label="CLEAR", TLP="CLEAR"),
    ]
    code, told = run(write(tmp_path / name, rows))
    assert (code, Entry.objects.count()) == (1, 2), told
    assert "TLP: TLP:RED is not TLP:CLEAR" in told
    assert "label: TLP:AMBER is not TLP:CLEAR" in told
    assert "marking ← “label”, “TLP” (by its name)" in told
    mapping = tmp_path / "mapping.toml"
    mapping.write_text('[columns]\nmarking = "label"\nkeywords = "TLP"\n', encoding="utf-8")
    assert "TLP: TLP:RED is not TLP:CLEAR" in run(tmp_path / name, mapping=mapping)[1], "whatever else it feeds"


@pytest.mark.parametrize(
    "column",
    [
        *("Classification", "securityClassification", "Handling caveats", "Restriction", "Marquage", "TLP v2"),
        *("Liste de diffusion", "Einstufung", "VS-Grad", "Kennzeichnung", "Dissemination", "marking_2"),
    ],
)
def test_a_column_that_may_hold_a_marking_has_to_be_explained(tmp_path: Path, column: str) -> None:
    rows = [practice(1, **{column: "RESTREINT UE / TLP:AMBER+STRICT"}), practice(2, **{column: ""})]
    code, told = run(write(tmp_path / "a.csv", rows))
    assert (code, Entry.objects.count()) == (2, 0), told
    assert f"The column {column!r} may hold a marking" in told
    code, told = run(write(tmp_path / "a.jsonl", rows))
    assert (code, Entry.objects.count()) == (1, 1), told
    assert f"{column}: this may be a marking" in told


def test_a_column_that_is_no_marking_is_ignored_when_the_mapping_says_so(tmp_path: Path) -> None:
    mapping = tmp_path / "mapping.toml"
    mapping.write_text('ignore = ["Handling"]\n', encoding="utf-8")
    rows = [practice(1, Handling="with care"), practice(2, Handling="TLP:AMBER+STRICT")]
    code, told = run(write(tmp_path / "a.csv", rows), mapping=mapping)
    assert (code, Entry.objects.count()) == (1, 1), told
    assert "Handling: it names TLP:AMBER" in told, "its words still count"
    mapping.write_text('ignore = ["TLP level"]\n', encoding="utf-8")
    code, told = run(write(tmp_path / "b.csv", [practice(3, **{"TLP level": "RED"})]), mapping=mapping)
    assert (code, "cannot be ignored" in told) == (2, True)
    mapping.write_text('ignore = ["Handlung"]\n', encoding="utf-8")
    assert "'Handling'?" in run(tmp_path / "a.csv", mapping=mapping)[1]


@pytest.mark.parametrize(
    "text",
    [
        *("TLP:RED not for disclosure", "(tlp: amber+strict)", "TLP AMBER", "TLP-GREEN", "TLP : RED", "TLP\u200b:RED"),
        *("<p>TLP:<b>RED</b></p>", "TLP&#58;RED", "ＴＬＰ：ＲＥＤ", "TLP:REDnot"),
    ],
)
def test_a_text_that_names_a_label_keeps_its_record_out(tmp_path: Path, text: str) -> None:
    cells = [{"summary": text}, {"description": f"Words. {text}"}, {"keywords": text}, {"unheard of": text}]
    rows = [practice(n, **each) for n, each in enumerate(cells)]
    code, told = run(write(tmp_path / "a.jsonl", rows), dry_run=True)
    assert (code, told.count("it names TLP:")) == (2, 4), told


def test_labels_deep_in_a_record_keep_it_out(tmp_path: Path) -> None:
    reference = {"title": "A report", "kind": "guidance"}
    lists = [[{**reference, "locator": "p. 3, TLP:RED"}], [{**reference, "tlp": "RED"}]]
    rows = [practice(n, references=references) for n, references in enumerate(lists)]
    code, told = run(write(tmp_path / "a.jsonl", rows), dry_run=True)
    assert code == 2
    assert "references: it names TLP:RED" in told
    assert "references: “tlp” in it may be a marking" in told


def test_a_text_that_only_speaks_of_clear_or_of_colours_goes_in(tmp_path: Path) -> None:
    texts = ["TLP:CLEAR and public", "The TLP reduces misunderstandings.", "A red lamp; amber light.", "HTLP:REDUCED"]
    rows = [practice(n, summary=text) for n, text in enumerate(texts)]
    code, told = run(write(tmp_path / "a.csv", rows))
    assert (code, Entry.objects.count()) == (0, 4), told


def test_a_mapping_can_say_which_word_means_clear_but_lowers_no_label(tmp_path: Path) -> None:
    mapping = tmp_path / "mapping.toml"
    mapping.write_text('[values.marking]\n"Public" = "TLP:CLEAR"\n"TLP:RED" = "TLP:CLEAR"\n', encoding="utf-8")
    rows = [practice(1, marking="public"), practice(2, marking="TLP:RED"), practice(3, marking="secret")]
    code, told = run(write(tmp_path / "a.csv", rows), mapping=mapping)
    assert (code, Entry.objects.count()) == (1, 1), told
    mapping.write_text('[constants]\nmarking = "TLP:GREEN"\n', encoding="utf-8")
    assert run(write(tmp_path / "b.csv", [practice(4)]), mapping=mapping)[0] == 2


def test_rejects_with_the_words_of_a_refusal_can_be_mended_and_imported(tmp_path: Path) -> None:
    rejects = tmp_path / "rejects.csv"
    run(write(tmp_path / "a.csv", [practice(1, marking="TLP:RED"), practice(2)]), rejects=rejects)
    rejects.write_text(rejects.read_text("utf-8").replace(",TLP:RED,", ",,"), encoding="utf-8")
    code, told = run(rejects)
    assert code == 0, told


def test_two_records_of_one_key_are_told_apart_by_a_key(tmp_path: Path) -> None:
    code, told = run(write(tmp_path / "a.jsonl", [PRACTICE, {**PRACTICE, "title": "Another"}]))
    assert code == 1
    assert "line 2: line 1 has the same key and language" in told
    unkeyed = {name: value for name, value in PRACTICE.items() if name != "key"}
    code, told = run(write(tmp_path / "b.jsonl", [unkeyed]))
    assert code == 0, told
    assert "1 unchanged" in run(write(tmp_path / "c.jsonl", [unkeyed]))[1]


def test_unknown_words_come_with_near_ones_and_a_mapping_that_works(tmp_path: Path) -> None:
    rows = [practice(number, threats="Vehicel as weapon", measures="traffic calming") for number in range(3)]
    path = write(tmp_path / "a.jsonl", rows)
    code, told = run(path, dry_run=True)
    assert code == 2
    assert "threats: “Vehicel as weapon”, 3 ×, line 1, 2, 3. Near: vehicle-as-weapon" in told
    snippet = "\n".join(
        line.strip() for line in told.splitlines() if line.strip().startswith(("[values.threats]", '"Vehicel'))
    )
    mapping = tmp_path / "mapping.toml"
    mapping.write_text(snippet, encoding="utf-8")
    assert run(path, mapping=mapping)[0] == 0


def test_a_word_can_be_left_out_by_the_mapping(tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", [practice(1, threats="vehicle-as-weapon; Dragons")])
    mapping = tmp_path / "mapping.toml"
    mapping.write_text('[values.threats]\nDragons = ""\n', encoding="utf-8")
    assert run(path, mapping=mapping)[0] == 0


def test_concepts_are_known_by_labels_of_any_language(tmp_path: Path) -> None:
    from kb.models import Concept

    german = Concept.objects.get(slug="christmas-market").pref_label["de"]
    assert german != "christmas-market"
    path = write(tmp_path / "a.csv", [practice(1, facility_types=german.upper())])
    assert run(path)[0] == 0
    assert Entry.objects.get().entry_concepts.filter(concept__slug="christmas-market").exists()


MAPPINGS = [
    ("[colums]\ntitle = 'x'", "no part 'colums'. Did you mean 'columns'"),
    ("[columns]\ntitel = 'title'", "names 'titel', which no entry has. Did you mean 'title'"),
    ("[columns]\ntitle = 'Heading'", "names the column 'Heading', which the file lacks"),
    ("[values]\nthreats = 'x'", "which text means which identifier"),
    ("[separators]\nthreats = ''", "has to be a text"),
    ("source = 3", "has to be a short name"),
    ("date_formats = 'x'", "has to be a list"),
    ("[columns", "is not understood"),
    ("columns = 3", "has to be a table"),
    ("ignore = 'summary'", "has to be a list of columns"),
]


@pytest.mark.parametrize(("text", "words"), MAPPINGS)
def test_a_mapping_that_means_nothing_is_refused_in_words(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "mapping.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(FileUnusable) as refused:
        fit(["title", "summary"], path)
    assert words in str(refused.value)


def test_the_report_steers_no_terminal_and_ends_in_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.jsonl"
    record = json.dumps(
        {**practice(1), "threats": "Dra\x1b]0;gone\x07\ud800gons", "od\x1b[2Jd\ud800": "x", "größer": ""}
    )
    path.write_text(record + "\n" + json.dumps(practice(2)), encoding="utf-8")
    code, told = run(path, dry_run=True)
    assert code == 1
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]", told), repr(told)
    out = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    with pytest.raises(CommandError):
        call_command("import_entries", str(path), by=reviewer().email, dry_run=True, stdout=out)
    out.flush()
    assert b"2 records" in out.buffer.getvalue()


def test_columns_are_recognised_by_their_names(tmp_path: Path) -> None:
    mapping = fit(["Title", "TLP", "Use it when", "facility-types", "Link", "Whatever"])
    assert set(mapping.columns) == {"title", "marking", "works_when", "facility_types", "url"}
    assert mapping.unused == ("Whatever",)
    with pytest.raises(FileUnusable, match="No column feeds the title"):
        fit(["a", "b"])


def test_mapped_columns_constants_and_formats_are_used(tmp_path: Path) -> None:
    row = {name: value for name, value in PRACTICE.items() if name not in ("title", "review_by", "kind", "problem")}
    row |= {"Headline": "Slow them down", "Next": "31.01.2099", "P1": "One.", "P2": "Two."}
    mapping = tmp_path / "mapping.json"
    mapping.write_text(
        '{"source": "other", "columns": {"title": "Headline", "review_by": "Next", "problem": ["P1", "P2"]},'
        ' "constants": {"kind": "practice"}, "date_formats": ["%d.%m.%Y"], "separators": {"keywords": ";"}}',
        encoding="utf-8",
    )
    code, told = run(write(tmp_path / "a.csv", [row]), mapping=mapping)
    assert code == 0, told
    entry = Entry.objects.get()
    assert entry.source_key == "other:slow-approach"
    assert entry.title == "Slow them down"
    assert entry.section("problem").source == "<p>One.</p><p>Two.</p>"


def test_rejects_can_be_mended_and_imported(tmp_path: Path) -> None:
    rejects = tmp_path / "rejects.csv"
    rows = [practice(1, threats="Dragons"), practice(2)]
    code, told = run(write(tmp_path / "a.csv", rows), rejects=rejects)
    assert code == 1
    assert str(rejects) in told
    mended = rejects.read_text(encoding="utf-8").replace("Dragons", "vehicle-as-weapon", 1)
    rejects.write_text(mended, encoding="utf-8")
    assert run(rejects)[0] == 0
    assert Entry.objects.count() == 2
    assert run(write(tmp_path / "a.csv", [practice(2)]), rejects=tmp_path / "none.csv")[0] == 0
    assert not (tmp_path / "none.csv").exists()
    assert run(tmp_path / "a.csv", rejects=tmp_path / "a.csv")[0] == 2


def test_the_example_of_the_manual_goes_in(settings: Any) -> None:
    folder = Path(settings.BASE_DIR) / "fixtures" / "import"
    code, told = run(folder / "example.csv", mapping=folder / "example.toml")
    assert code == 0, told
    assert Entry.objects.filter(live=True).count() == 3
    assert "not used: Internal note" in told
