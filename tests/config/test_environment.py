"""One table of settings: what is in it holds, and the manual shows the same."""

import os
from pathlib import Path

import pytest

from config import env_file, environment, known_settings, values
from config.deployment import INVENTED
from tests.architecture.places import ROOT

GOOD = {name: value for name, value in INVENTED.items() if name in known_settings.NAMES}


def test_the_manual_shows_the_table_as_it_is() -> None:
    assert known_settings.table() in (ROOT / "docs" / "how-to" / "install.md").read_text(encoding="utf-8")


def test_what_is_given_or_has_a_default_is_read() -> None:
    found, problems = environment.problems_of({**GOOD, "BEHIND_PROXY": "yes", "VAR_DIR": "/var/lib/psa"})
    assert problems == []
    assert found["ALLOWED_HOSTS"] == ["commons.example.org"]
    assert (found["BEHIND_PROXY"], found["VAR_DIR"], found["EMAIL_PORT"]) == (True, Path("/var/lib/psa"), 587)
    assert found["DATABASE_URL"] is None


def test_all_problems_are_told_at_once() -> None:
    _found, problems = environment.problems_of({"WEB_WORKERS": "0", "EMAIL_HOST": "https://mail"})
    assert [problem.split()[0] for problem in problems] == [
        "SECRET_KEY",
        "ALLOWED_HOSTS",
        "EMAIL_HOST",
        "DEFAULT_FROM_EMAIL",
        "WEB_WORKERS",
    ]
    assert not any("\n" in problem for problem in problems)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", "a" * 60),
        ("SECRET_KEY", "demonstration-only-not-a-secret-but-long-enough-0123"),
        ("SECRET_KEY_FALLBACKS", "short"),
        ("ALLOWED_HOSTS", "*"),
        ("ALLOWED_HOSTS", "https://commons.example.org"),
        ("ALLOWED_HOSTS", " , "),
        ("SITE_URL", "http://commons.example.org"),
        ("SITE_URL", "https://commons.example.org/path"),
        ("SITE_URL", "https://[commons"),
        ("SITE_URL", "https://somebody:secret@commons.example.org"),
        ("SITE_URL", "https://commons.example.org:99999"),
        ("EMAIL_PORT", "0"),
        ("EMAIL_PORT", "65536"),
        ("EMAIL_SECURITY", "ssl"),
        ("DEFAULT_FROM_EMAIL", "nobody"),
        ("DEFAULT_FROM_EMAIL", "a@example.org, b@example.org"),
        ("VAR_DIR", "var"),
        ("VAR_DIR", "/var/../etc"),
        ("BEHIND_PROXY", "maybe"),
        ("BIND", "8000"),
        ("BIND", "127.0.0.1:99999"),
        ("BIND", "127.0.0.1:²"),
        ("WEB_THREADS", "4.5"),
        ("LOG_LEVEL", "loud"),
        ("DATABASE_URL", "sqlite:///somewhere"),
        ("DATABASE_URL", "postgresql://host"),
        ("DATABASE_URL", "postgresql://host:port/name"),
        ("DATABASE_URL", "postgresql://host/name?sslmode=maybe"),
        ("DATABASE_URL", "postgresql://host/name?options=-c%20log_statement=all"),
        ("DATABASE_URL", "postgresql://user:p#ss@host/name"),
    ],
)
def test_what_is_unfit_is_refused_by_name(name: str, value: str) -> None:
    _found, problems = environment.problems_of({**GOOD, name: value})
    assert [problem.split()[0] for problem in problems] == [name]


@pytest.mark.parametrize(
    ("server", "fit"),
    [("localhost", True), ("127.0.0.1", True), ("[::1]", True), ("mail.example.org", False), ("192.0.2.1", False)],
)
def test_mails_leave_this_machine_encrypted_only(server: str, fit: bool) -> None:
    _found, problems = environment.problems_of({**GOOD, "EMAIL_HOST": server, "EMAIL_SECURITY": "none"})
    assert [problem.split()[0] for problem in problems] == ([] if fit else ["EMAIL_SECURITY"])


def test_a_database_address_is_taken_apart_and_its_options_go_on() -> None:
    parts = values.database(
        "postgresql://us%40er:p%23ss@db.example.org:5433/commons?sslmode=verify-full&connect_timeout=5"
    )
    assert (parts["USER"], parts["PASSWORD"], parts["HOST"], parts["PORT"]) == (
        "us@er",
        "p#ss",
        "db.example.org",
        "5433",
    )
    assert parts["OPTIONS"] == {"sslmode": "verify-full", "connect_timeout": "5"}
    assert values.database("postgresql:///commons?host=/run/postgresql")["HOST"] == "/run/postgresql"


def file(tmp_path: Path, text: str, mode: int = 0o600) -> Path:
    path = tmp_path / "env"
    path.write_text(text, encoding="utf-8")
    path.chmod(mode)
    return path


def test_a_file_of_settings_is_read_as_it_stands(tmp_path: Path) -> None:
    text = "# a note\n\nSECRET_KEY=a=b#c $d\nDEFAULT_FROM_EMAIL = PSA Commons <a@example.org>\n"
    assert env_file.read(file(tmp_path, text), known_settings.NAMES) == {
        "SECRET_KEY": "a=b#c $d",
        "DEFAULT_FROM_EMAIL": "PSA Commons <a@example.org>",
    }


def test_slips_in_a_file_of_settings_are_told_by_line(tmp_path: Path) -> None:
    text = "SECRET_KEI=x\nexport BIND=1\nBIND='x'\nEMAIL_PORT=1\nEMAIL_PORT=2\nnonsense\n"
    with pytest.raises(env_file.Unreadable) as error:
        env_file.read(file(tmp_path, text), known_settings.NAMES)
    told = [problem.split("line ")[1] for problem in error.value.problems]
    assert told == [
        "1: SECRET_KEI is no setting; is SECRET_KEY meant?",
        "2: give NAME=value, without export or spaces before the sign.",
        "3: write the value of BIND without quotes.",
        "5: EMAIL_PORT stands there a second time.",
        "6: give NAME=value, without export or spaces before the sign.",
    ]


@pytest.mark.parametrize("mode", [0o644, 0o660, 0o604])
def test_a_file_of_settings_that_others_may_open_is_refused(tmp_path: Path, mode: int) -> None:
    with pytest.raises(env_file.Unreadable, match="chmod 600"):
        env_file.read(file(tmp_path, "BIND=127.0.0.1:80\n", mode), known_settings.NAMES)


def test_the_environment_goes_before_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = file(tmp_path, "BIND=127.0.0.1:1\nEMAIL_PORT=25\n")
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", environment.PRODUCTION)
    monkeypatch.setenv("PSA_COMMONS_ENV", str(path))
    monkeypatch.setenv("BIND", "127.0.0.1:2")
    environment.variables.cache_clear()
    try:
        assert environment.variables()["BIND"] == "127.0.0.1:2"
        assert environment.variables()["EMAIL_PORT"] == "25"
    finally:
        environment.variables.cache_clear()


def test_commands_take_a_real_installation_where_it_has_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = []
    for usual in (tmp_path / "absent", file(tmp_path, "")):
        monkeypatch.setattr(environment, "USUAL_FILE", usual)
        monkeypatch.delenv("PSA_COMMONS_ENV", raising=False)
        monkeypatch.delenv("DJANGO_SETTINGS_MODULE", raising=False)
        environment.settle()
        chosen.append(os.environ["DJANGO_SETTINGS_MODULE"])
    assert chosen == [environment.DEMONSTRATION, environment.PRODUCTION]


def test_the_demonstration_reads_no_file_of_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", environment.DEMONSTRATION)
    monkeypatch.setenv("PSA_COMMONS_ENV", str(file(tmp_path, "")))
    assert environment.file_of_settings() is None
