"""Files of every kind, honest and hostile: what is read from them, and in which words they are refused."""

import io
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from kb.importing.files import base
from kb.importing.files.base import FileUnusable, Record, Wishes, plain_cell
from kb.importing.files.encoding import encoding_of
from kb.importing.files.opening import open_rejects, open_table

HEAD = "title,summary\r\n"


def table(path: Path, **wishes: str) -> Any:
    return open_table(path, Wishes(**wishes))


def records(path: Path, **wishes: str) -> list[Record]:
    return list(table(path, **wishes).records())


def written(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(text.encode(encoding))
    return path


def workbook(path: Path, rows: list[list[Any]]) -> Path:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


@pytest.mark.parametrize(
    ("encoding", "named"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
        ("cp1252", "cp1252"),
    ],
)
@pytest.mark.parametrize("ending", ["csv", "jsonl"])
def test_an_encoding_is_found_out_and_named(tmp_path: Path, ending: str, encoding: str, named: str) -> None:
    text = HEAD + "Größe – “Überfahrt”,Évacuation\r\n"
    if ending == "jsonl":
        text = '{"title": "Größe – “Überfahrt”", "summary": "Évacuation"}\n'
    path = written(tmp_path / f"a.{ending}", text, encoding)
    assert table(path).shape.encoding == named
    assert records(path)[0].cells == {"title": "Größe – “Überfahrt”", "summary": "Évacuation"}


def test_an_encoding_can_be_given_and_a_wrong_one_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", HEAD + "Zażółć,gęślą\r\n", "iso8859-2")
    assert records(path, encoding="iso8859-2")[0].cells["title"] == "Zażółć"
    with pytest.raises(FileUnusable, match="not written in utf-8"):
        table(path, encoding="utf-8")
    with pytest.raises(FileUnusable, match="no encoding"):
        table(path, encoding="klingon")
    with pytest.raises(FileUnusable, match="no encoding"):
        table(path, encoding="base64")


def test_what_only_begins_like_utf_16_is_not_read_as_such(tmp_path: Path) -> None:
    path = tmp_path / "odd.csv"
    path.write_bytes("title,url\nÄ,x\n".encode("utf-16-le") + b"\x00\xd8")
    with pytest.raises(FileUnusable, match="no text"):
        encoding_of(path)


def test_a_record_is_named_by_the_line_on_which_it_begins(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", 'title,summary\r\n"one\r\ntwo\r\nthree",a\r\n\r\nfour,b\r\nfive,c,d\r\n')
    found = records(path)
    assert [record.line for record in found] == [2, 6, 7]
    assert found[0].cells["title"] == "one\r\ntwo\r\nthree"
    assert "3 cells, the head 2" in found[2].broken


@pytest.mark.parametrize("sign", [",", ";", "\t", "|"])
def test_the_sign_between_cells_is_found_out(tmp_path: Path, sign: str) -> None:
    path = written(tmp_path / "a.csv", f'title{sign}"a,b;c"\r\nx{sign}y\r\n')
    assert records(path)[0].cells == {"title": "x", "a,b;c": "y"}


def test_an_unclosed_quote_is_named_with_its_line(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", HEAD + 'one,a\r\ntwo,"never closed\r\nthree,c\r\n')
    with pytest.raises(FileUnusable, match="begins in line 3 is not closed"):
        records(path)
    path = written(tmp_path / "b.csv", HEAD + 'one,"a"b\r\n')
    with pytest.raises(FileUnusable, match="In line 2 something follows a closing quote"):
        records(path)


def test_a_workbook_gives_values_dates_and_rows(tmp_path: Path) -> None:
    import datetime

    rows = [["title", "year", "day", "sum", None], ["x", 2022.0, datetime.datetime(2026, 5, 6), "=1+1", None]]
    path = workbook(tmp_path / "a.xlsx", [*rows, [None] * 5, ["y", None, None, None, None]])
    found = records(path)
    assert [record.line for record in found] == [2, 4]
    assert found[0].cells["year"] == "2022"
    assert found[0].cells["day"] == datetime.date(2026, 5, 6)
    assert found[0].cells.get("sum") is None, "the text of a formula is never read"
    with pytest.raises(FileUnusable, match=r"There is no sheet “Other”\. There are: Sheet"):
        records(path, sheet="Other")


def bomb(path: Path, size: int) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * size)
    return path


def test_a_workbook_that_would_fill_memory_is_not_opened(tmp_path: Path) -> None:
    with pytest.raises(FileUnusable, match="is not opened"):
        table(bomb(tmp_path / "a.xlsx", 40_000_000))


def entities(path: Path) -> Path:
    source = workbook(path, [["title"], ["x"]])
    inside = io.BytesIO(source.read_bytes())
    with zipfile.ZipFile(inside) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name == "xl/worksheets/sheet1.xml":
                laughs = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
                data = data.replace(b"<worksheet", laughs.encode() + b"<worksheet", 1)
            new.writestr(name, data)
    return path


def test_entities_in_a_workbook_are_refused(tmp_path: Path) -> None:
    with pytest.raises(FileUnusable, match="cannot be read"):
        records(entities(tmp_path / "a.xlsx"))


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("empty.csv", b"", "is empty"),
        ("blank.csv", b"\n\n\n", "name the columns"),
        ("old.xlsx", b"\xd0\xcf\x11\xe0", "no .xlsx workbook"),
        ("torn.xlsx", b"PK\x03\x04 torn", "no .xlsx workbook"),
        ("binary.csv", bytes(range(256)) * 50, "holds no text|name the columns|columns have the same"),
        ("wide.csv", b",".join(b"c%d" % n for n in range(100_000)), "100,000 columns"),
        ("million.jsonl", b'{"a": "' + b"x" * 3_000_000 + b'"}', "more than 2,000,000 characters"),
        ("line.csv", b"title\n" + b"x" * 3_000_000, "more than 2,000,000 characters"),
        ("twice.csv", b"title,title\nx,y\n", "same name: title"),
        ("list.jsonl", b'[{"title": "x"}]', "one JSON list"),
        ("strange.pdf", b"%PDF-1.7", "says no format"),
        ("broken.csv", b"\xff\xfet\x00i\x00\x00\xd8", "begins like UTF-16"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_in_words(tmp_path: Path, name: str, content: bytes, words: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(FileUnusable, match=words):
        records(path)


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(FileUnusable, match="no file"):
        table(tmp_path / "a.csv")
    with pytest.raises(FileUnusable, match="not a file"):
        table(tmp_path)


def test_a_file_of_more_than_so_many_rows_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kb.importing.files.delimited.MAX_ROWS", 3)
    with pytest.raises(FileUnusable, match="more than 3 rows"):
        records(written(tmp_path / "a.csv", HEAD + "x,y\r\n" * 4))


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('{"title": ', "no JSON at character"),
        ("[1]", "no object"),
        ('{"a": ' + "[" * 5000 + "]" * 5000 + "}", "nested too deeply|values"),
        ('{"a": ' + "9" * 10_000 + "}", "no JSON"),
        ('{"a": "' + "x" * 60_000 + '"}', "more than 50,000 characters"),
        ('{"a": [' + ",".join("1" * 3000) + "]}", "values"),
    ],
)
def test_a_bad_line_of_json_spoils_no_other(tmp_path: Path, line: str, words: str) -> None:
    import re

    path = written(tmp_path / "a.jsonl", '{"title": "one"}\n' + line + '\n{"title": "two"}\n')
    found = records(path)
    assert [record.line for record in found] == [1, 2, 3]
    assert re.search(words, found[1].broken)
    assert [record.broken for record in (found[0], found[2])] == ["", ""]


@pytest.mark.parametrize("value", ["=1+1", "@SUM(A1)", "+cmd|' /C calc'!A0", "-cmd|'x'", "\t=1", "'=1+1", "==@+x"])
def test_what_a_spreadsheet_would_run_loses_its_sign(value: str) -> None:
    text, formula, _control = plain_cell(value)
    assert formula
    assert not text.startswith(("=", "@", "+", "-", "\t", "'"))


@pytest.mark.parametrize("value", ["- a list item", "-5 °C", "+32 2 123", "a = b", "'quoted'"])
def test_ordinary_texts_keep_their_first_sign(value: str) -> None:
    assert plain_cell(value) == (value, False, False)


def test_control_characters_are_taken_away() -> None:
    assert plain_cell("a\x00b\x1b[0mc\u202ed\ufeff") == ("ab[0mcd", False, True)
    assert plain_cell("e\u0301\r\nx") == ("\u00e9\nx", False, False)
    assert plain_cell("\ud800x")[0] == "x"


@pytest.mark.parametrize("name", ["a.csv", "a.jsonl", "a.xlsx"])
def test_rejects_are_in_the_format_of_the_file_and_run_nowhere(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    if path.suffix == ".xlsx":
        workbook(path, [["title", "summary"], ["one", "a"]])
        path_rows = openpyxl.load_workbook(path)
        path_rows.active["A2"].value = "=1+1"
        path_rows.active["A2"].data_type = "s"
        path_rows.save(path)
    else:
        written(path, HEAD + '"=1+1",a\r\n' if name == "a.csv" else '{"title": "=1+1", "summary": "a"}\n')
    source = table(path)
    out = tmp_path / f"rejects{path.suffix}"
    rejects = open_rejects(out, source.shape)
    for record in source.records():
        rejects.write(record, "it is bad")
    rejects.close()
    again = records(out)
    assert again[0].cells[base.PROBLEM] == "it is bad"
    assert plain_cell(again[0].cells["title"])[0] == "1+1"
    if path.suffix == ".xlsx":
        assert openpyxl.load_workbook(out).active["A2"].data_type == "s"
    elif path.suffix == ".csv":
        assert again[0].cells["title"] == "'=1+1"
