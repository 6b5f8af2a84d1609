"""PostgreSQL's tools are found in the version that is needed, and get the password where nobody sees it."""

from pathlib import Path

import pytest

from config.backups import postgres


@pytest.fixture
def debian(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a machine on which no tool is installed."""
    monkeypatch.setattr(postgres, "DEBIAN", tmp_path)
    monkeypatch.setattr(postgres.shutil, "which", lambda name: None)
    return tmp_path


def install(debian: Path, version: int, minor: int = 4) -> str:
    path = debian / str(version) / "bin" / "pg_dump"
    path.parent.mkdir(parents=True)
    path.write_text(f"#!/bin/sh\necho 'pg_dump (PostgreSQL) {version}.{minor} (Debian {version}.{minor}-1)'\n")
    path.chmod(0o755)
    return str(path)


def test_a_missing_tool_is_named_with_its_package(debian: Path) -> None:
    with pytest.raises(postgres.ToolMissing, match="apt-get install postgresql-client"):
        postgres.tool("pg_dump", 15)


def test_the_newest_is_taken_and_one_older_than_the_server_refused(debian: Path) -> None:
    install(debian, 9)
    newest = install(debian, 15)
    assert postgres.tool("pg_dump", 15) == newest
    with pytest.raises(
        postgres.ToolMissing, match="version 15, the server of version 17: install postgresql-client-17"
    ):
        postgres.tool("pg_dump", 17)


@pytest.mark.parametrize(
    ("version", "minor", "taken"),
    [(12, 40, False), (13, 21, False), (13, 22, True), (15, 13, False), (15, 14, True), (17, 6, True), (18, 0, True)],
)
def test_a_tool_that_takes_commands_from_a_backup_restores_nothing(
    debian: Path, version: int, minor: int, taken: bool
) -> None:
    path = install(debian, version, minor)
    if taken:
        assert postgres.closed_tool("pg_dump", version) == path
    else:
        with pytest.raises(postgres.ToolMissing, match=rf"version {version}\.{minor}, .* forged backup .*Upgrade"):
            postgres.closed_tool("pg_dump", version)
    assert postgres.tool("pg_dump", version) == path, "a backup can be made with it"


def test_the_tools_reach_the_database_by_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGDATABASE", "another")
    values = {"NAME": "commons", "PASSWORD": "hush", "HOST": "db", "PORT": "", "OPTIONS": {"sslmode": "verify-full"}}
    environment = postgres._environment(values)
    assert environment["PGDATABASE"] == "commons"
    assert environment["PGPASSWORD"] == "hush"
    assert environment["PGSSLMODE"] == "verify-full"
    assert "PGPORT" not in environment
    assert "PATH" in environment


def pour(source: str, target: str, tmp_path: Path) -> str:
    """Let a shell script write into another, which keeps what it gets."""
    kept = tmp_path / "kept"
    environment = {"PATH": "/usr/bin:/bin", "KEPT": str(kept)}
    postgres._pour(["sh", "-c", source], ["sh", "-c", target], environment, "BEGIN;\n", "COMMIT;\n")
    return kept.read_text()


def test_the_transaction_ends_only_where_all_was_written(tmp_path: Path) -> None:
    assert pour("echo one", 'cat > "$KEPT"', tmp_path) == "BEGIN;\none\nCOMMIT;\n"
    with pytest.raises(postgres.NotRestored, match="left as it was: torn"):
        pour("echo half; echo torn >&2; exit 1", 'cat > "$KEPT"', tmp_path)
    assert (tmp_path / "kept").read_text() == "BEGIN;\nhalf\n"


def test_a_refusal_of_the_database_is_told_in_its_own_words(tmp_path: Path) -> None:
    with pytest.raises(postgres.NotRestored, match="ERROR: no such role"):
        pour("yes | head -c 3000000", "echo 'ERROR: no such role' >&2; exit 3", tmp_path)


@pytest.mark.parametrize(
    "line", [r"\! touch \$HOME", r"\i /etc/passwd", r"\o file", r"\copy x to y", r"\g |sh", r"\setenv A b"]
)
def test_a_command_for_psql_in_a_backup_is_not_passed_on(tmp_path: Path, line: str) -> None:
    with pytest.raises(postgres.NotRestored, match=r"left as it was: .* command for psql"):
        pour(f"printf '%s\\n' 'one' '{line}' 'two'", 'cat > "$KEPT"', tmp_path)
    kept = tmp_path / "kept"
    assert not kept.exists() or ("two" not in kept.read_text() and "COMMIT" not in kept.read_text())


def test_data_that_begins_with_a_backslash_is_passed_on(tmp_path: Path) -> None:
    lines = [r"\restrict abc", r"\N", r"\\x00ff", r"\n", r"\t", r"\.", r"\unrestrict abc"]
    quoted = " ".join(f"'{line}'" for line in lines)
    kept = pour(f"printf '%s\\n' {quoted}", 'cat > "$KEPT"', tmp_path)
    assert kept.splitlines() == ["BEGIN;", *lines, "COMMIT;"]
