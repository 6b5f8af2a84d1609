"""PostgreSQL's tools get the password where nobody sees it, and nothing but what may be restored."""

from pathlib import Path

import pytest

from config.backups import postgres


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
