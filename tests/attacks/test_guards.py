"""Can every guard be taken away as its row says, and has every attack of the table one?

That the test fails then, `python -m tests.attacks.guards` shows; it takes too long to be run each time.
"""

import ast
import re
from collections import defaultdict

from tests.architecture.places import ROOT
from tests.attacks.guards.rows import ROWS

# | number | attack | guard | test |
_LINE = re.compile(r"^\| (a\d\d) \| [^|]+ \| [^|]+ \| ([^|]+) \|$", re.MULTILINE)
_NAMED = re.compile(r"`([^`]+\.py)`")


def table() -> dict[str, list[str]]:
    """Return the files of tests that docs/attacks.md names for each number; none for what waits."""
    text = (ROOT / "docs" / "attacks.md").read_text(encoding="utf-8")
    return {number: _NAMED.findall(tests) for number, tests in _LINE.findall(text)}


def test_the_text_of_every_guard_stands_once_in_its_file_and_can_be_taken_out() -> None:
    for row in ROWS:
        texts: dict[str, str] = {}
        for edit in row.edits:
            text = texts.get(edit.file) or (ROOT / edit.file).read_text(encoding="utf-8")
            assert text.count(edit.text) == 1, (str(row), edit.text)
            assert edit.text != edit.without, str(row)
            texts[edit.file] = text.replace(edit.text, edit.without)
        for file, text in texts.items():
            if file.endswith(".py"):
                ast.parse(text, file)


def test_the_test_of_every_guard_is_there_and_bears_its_number() -> None:
    for row in ROWS:
        file, _colons, name = row.test.partition("::")
        name = name.partition("[")[0]
        assert name.startswith(f"test_{row.number}_"), str(row)
        assert f"def {name}(" in (ROOT / file).read_text(encoding="utf-8"), str(row)


def test_every_attack_has_a_test_and_a_guard_that_can_be_taken_away() -> None:
    named = table()
    assert [f"a{number:02}" for number in range(1, 57)] == list(named)
    for number, files in named.items():
        for file in files:
            assert f"def test_{number}_" in (ROOT / file).read_text(encoding="utf-8"), (number, file)
    guarded = defaultdict(set)
    for row in ROWS:
        guarded[row.number].add(row.test.partition("::")[0])
    assert set(guarded) == {number for number, files in named.items() if files}
    for number, files in guarded.items():
        assert files <= set(named[number]), number


def test_the_table_names_every_test_of_an_attack() -> None:
    named = table()
    for path in sorted((ROOT / "tests" / "attacks").glob("test_*.py")):
        for number in set(re.findall(r"^def test_(a\d\d)_", path.read_text(encoding="utf-8"), re.MULTILINE)):
            assert f"tests/attacks/{path.name}" in named[number], (number, path.name)
