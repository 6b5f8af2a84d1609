"""PostgreSQL's tools are found in the version that is needed."""

from pathlib import Path

import pytest

from config.backups import tools


@pytest.fixture
def debian(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a machine on which no tool is installed."""
    monkeypatch.setattr(tools, "DEBIAN", tmp_path)
    monkeypatch.setattr(tools.shutil, "which", lambda name: None)
    return tmp_path


def install(debian: Path, version: int, minor: int = 4) -> str:
    path = debian / str(version) / "bin" / "pg_dump"
    path.parent.mkdir(parents=True)
    path.write_text(f"#!/bin/sh\necho 'pg_dump (PostgreSQL) {version}.{minor} (Debian {version}.{minor}-1)'\n")
    path.chmod(0o755)
    return str(path)


def test_a_missing_tool_is_named_with_its_package(debian: Path) -> None:
    with pytest.raises(tools.ToolMissing, match="apt-get install postgresql-client"):
        tools.tool("pg_dump", 15)


def test_the_newest_is_taken_and_one_older_than_the_server_refused(debian: Path) -> None:
    install(debian, 9)
    newest = install(debian, 15)
    assert tools.tool("pg_dump", 15) == newest
    with pytest.raises(tools.ToolMissing, match="version 15, the server of version 17: install postgresql-client-17"):
        tools.tool("pg_dump", 17)


@pytest.mark.parametrize(
    ("version", "minor", "taken"),
    [(12, 40, False), (13, 21, False), (13, 22, True), (15, 13, False), (15, 14, True), (17, 6, True), (18, 0, True)],
)
def test_a_tool_that_takes_commands_from_a_backup_restores_nothing(
    debian: Path, version: int, minor: int, taken: bool
) -> None:
    path = install(debian, version, minor)
    if taken:
        assert tools.closed_tool("pg_dump", version) == path
    else:
        with pytest.raises(tools.ToolMissing, match=rf"version {version}\.{minor}, .* forged backup .*Upgrade"):
            tools.closed_tool("pg_dump", version)
    assert tools.tool("pg_dump", version) == path, "a backup can be made with it"
