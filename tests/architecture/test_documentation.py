"""What the documentation says is so, and what is so is in the documentation."""

import ast
import re
from pathlib import Path

import pytest
from django.core.management import get_commands

from config import known_settings
from people.choices import Role
from tests.architecture.places import APPS, ROOT, modules, name_of, project_files, text_files

MANUALS = text_files(".md")
INSTALL = (ROOT / "docs" / "how-to" / "install.md").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
TOP_LEVEL = {
    *("config", "people", "kb", "training", "search", "templates", "static", "fixtures", "tests", "docs", "bench"),
    *("locale", "deploy", "manage.py", "README.md", "LICENSE", "SECURITY.md", "pyproject.toml", "requirements.lock"),
    *("requirements-dev.lock", "Makefile", ".ci", ".gitignore"),
}


@pytest.mark.parametrize("manual", MANUALS, ids=name_of)
def test_every_link_inside_the_project_leads_somewhere(manual: Path) -> None:
    for target in LINK.findall(manual.read_text(encoding="utf-8")):
        if not target.startswith(("http://", "https://", "#")):
            assert (manual.parent / target.split("#")[0]).exists(), f"{name_of(manual)} links to {target}"


@pytest.mark.parametrize("manual", MANUALS, ids=name_of)
def test_every_file_that_a_manual_names_exists(manual: Path) -> None:
    for named in NAMED.findall(manual.read_text(encoding="utf-8")):
        assert (ROOT / named).exists() or (ROOT / "kb" / named).exists(), f"{name_of(manual)} names {named}"


def test_the_readme_is_short() -> None:
    assert len(README.splitlines()) <= 120


def environment_names() -> set[str]:
    """Return the environment variables that settings and start-up read."""
    found: set[str] = set(known_settings.NAMES)
    for path in modules():
        if path.relative_to(ROOT).parts[0] == "config" and path.name != "deployment.py":
            text = path.read_text(encoding="utf-8")
            found |= set(re.findall(r'(?:environ\.get|environ\.setdefault)\(\s*"([A-Z_]+)"', text))
    return found


def test_every_setting_from_the_environment_is_documented() -> None:
    names = environment_names()
    assert {"SECRET_KEY", "DATABASE_URL", "BEHIND_PROXY"} <= names
    assert [name for name in sorted(names) if f"`{name}`" not in INSTALL] == []


def test_every_documented_setting_is_read() -> None:
    documented = set(re.findall(r"`([A-Z][A-Z_]{4,})`", INSTALL.split("## Settings")[1].split("\n## ")[0]))
    documented -= {"DEBUG", "WARNING", "ERROR"}  # values
    assert documented - environment_names() == set()


def own_commands() -> set[str]:
    return {name for name, app in get_commands().items() if app in APPS}


def test_every_management_command_is_documented_and_every_documented_one_exists() -> None:
    table = INSTALL.split("## Commands")[1].split("\n## ")[0]
    assert set(re.findall(r"^\| `(\w+)`", table, re.MULTILINE)) == own_commands()


def test_every_role_is_named_in_the_readme() -> None:
    table = README.split("## Who does what")[1].lower()
    missing = [role for role in Role if str(role.label).lower().removesuffix(" of an organisation") not in table]
    assert missing == []


def test_every_decision_is_listed_and_says_what_why_and_what_follows() -> None:
    folder = ROOT / "docs" / "decisions"
    records = sorted(path.name for path in folder.glob("0*.md"))
    assert [int(name[:4]) for name in records] == list(range(1, len(records) + 1))
    listed = (folder / "README.md").read_text(encoding="utf-8")
    for name in records:
        text = (folder / name).read_text(encoding="utf-8")
        title = text.splitlines()[0].split(". ", 1)[1]
        assert f"[{name[:4]}]({name}) | {title} |" in listed
        assert all(part in text for part in ("**Decided.**", "**Why.**", "**What follows.**"))


def test_nothing_lies_at_the_top_that_has_no_place_there() -> None:
    assert {path.relative_to(ROOT).parts[0] for path in project_files()} - TOP_LEVEL == set()


@pytest.mark.parametrize("module", modules(), ids=name_of)
def test_every_module_says_which_question_it_answers(module: Path) -> None:
    docstring = ast.get_docstring(ast.parse(module.read_text(encoding="utf-8")))
    assert docstring, f"{name_of(module)} has no docstring"
    assert docstring.splitlines()[0].endswith((".", "?", ":")) or "." in docstring


NAMED = re.compile(r"`((?:config|people|kb|search|static|templates|fixtures|tests|docs)/[\w./-]*)`")
# Put together here, so that this file does not hold what it looks for.
FORBIDDEN = re.compile(
    "|".join(
        [
            "/wo" + "rk/",
            "TO" + "DO",
            "FIX" + "ME",
            "coming " + "soon",
            "lorem " + "ipsum",
            "/ho" + "me/",
            "pyp" + "i[.-]",
        ]
    ),
    re.IGNORECASE,
)
READ = (".py", ".md", ".html", ".txt", ".toml", ".json", ".css", ".js", ".lock", ".sh", "")


def test_no_file_speaks_of_the_machine_it_was_written_on_or_of_work_left_undone() -> None:
    found = [
        f"{name_of(path)}:{number}: {line.strip()[:80]}"
        for path in project_files()
        if path.suffix in READ
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="ignore").splitlines(), 1)
        if FORBIDDEN.search(line)
    ]
    assert found == []
