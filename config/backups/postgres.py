"""How is a PostgreSQL database copied as it is at one moment, and put back in one transaction?

PostgreSQL's own tools do it: `pg_dump`, `pg_restore` and `psql`. They get the password by the environment, where no
list of processes shows it.
"""

import os
import re
import subprocess
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import IO, Any

from django.db import DatabaseError, connections

from config.backups.facts import BackupNotMade, NotRestored
from config.backups.tools import ToolMissing, closed_tool, tool
from config.databases import make_schema

LOCK_SECONDS = 30
# What a line of pg_restore begins with where that is a backslash: its own two commands, and escaped data. No command
# that reads, writes or runs anything begins so.
_BACKSLASHES = re.compile(rb"\\(?:restrict |unrestrict |[.N\\bfnrtv])")
_VARIABLES = {
    "NAME": "PGDATABASE",
    "USER": "PGUSER",
    "PASSWORD": "PGPASSWORD",
    "HOST": "PGHOST",
    "PORT": "PGPORT",
}
_OPTIONS = {
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
    "sslcert": "PGSSLCERT",
    "sslkey": "PGSSLKEY",
    "service": "PGSERVICE",
    "passfile": "PGPASSFILE",
    "target_session_attrs": "PGTARGETSESSIONATTRS",
}

# What triggers call; those of extensions stay.
_FUNCTIONS = """
SELECT format('%I.%I(%s)', n.nspname, p.proname, pg_get_function_identity_arguments(p.oid))
FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
WHERE n.nspname = current_schema() AND p.prokind = 'f'
AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
"""


def _environment(values: dict[str, Any]) -> dict[str, str]:
    """Return the environment in which the tools reach the database."""
    given = {variable: str(values[name]) for name, variable in _VARIABLES.items() if values.get(name)}
    options = values.get("OPTIONS", {})
    given |= {variable: str(options[name]) for name, variable in _OPTIONS.items() if options.get(name)}
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith("PG")},
        **given,
        "PGOPTIONS": f"-c lock_timeout={LOCK_SECONDS}s -c statement_timeout=0",
        "PGCLIENTENCODING": "UTF8",
        "PGCONNECT_TIMEOUT": "20",
    }


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    errors = [line for line in lines if "error" in line.lower()]
    return (errors or lines or ["no reason was given"])[0]


def server_version(alias: str) -> int:
    """Return the server's major version. Raises DatabaseError where it cannot be reached."""
    connections[alias].ensure_connection()
    return int(connections[alias].pg_version) // 10_000  # type: ignore[attr-defined]  # psycopg's connection, which the stubs do not know


def dump(alias: str, target: Path, emptied: Iterable[str]) -> tuple[dict[str, int], list[list[str]]]:
    """Copy a database to a file; return the rows of each table and the migrations, as of the same moment.

    The rows of the tables to be emptied are left out. Raises BackupNotMade.
    """
    connection = connections[alias].copy(alias)
    try:
        with connection.cursor() as cursor:
            program = tool("pg_dump", server_version(alias))
            cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            cursor.execute("SET LOCAL statement_timeout = 0")
            cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
            cursor.execute("SELECT pg_export_snapshot(), current_schema()")
            moment, schema = cursor.fetchone()
            emptied = set(emptied)
            counts = _tables(cursor, schema, emptied)
            migrations = _migrations(cursor, counts)
            command = [program, "--format=custom", "--no-owner", "--no-privileges", f"--snapshot={moment}"]
            command += [f"--schema={schema}", f"--file={target}"]
            command += [f"--exclude-table-data={schema}.{table}" for table in sorted(emptied)]
            done = subprocess.run(
                command, env=_environment(connection.settings_dict), capture_output=True, text=True, check=False
            )
            cursor.execute("ROLLBACK")
    except DatabaseError as error:
        raise BackupNotMade(f"The database {alias!r} cannot be read: {_last_line(str(error))}") from error
    except ToolMissing as error:
        raise BackupNotMade(str(error)) from error
    finally:
        connection.close()
    if done.returncode:
        raise BackupNotMade(f"The database {alias!r} could not be copied: {_last_line(done.stderr)}")
    return counts, migrations


def _tables(cursor: Any, schema: str, emptied: Iterable[str] = ()) -> dict[str, int]:
    cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s ORDER BY tablename", [schema])
    counts = {}
    for (name,) in cursor.fetchall():
        cursor.execute(f"SELECT count(*) FROM {_quoted(name)}")  # noqa: S608  (a name from the catalogue, quoted)
        counts[str(name)] = 0 if name in emptied else int(cursor.fetchone()[0])
    return counts


def _migrations(cursor: Any, counts: dict[str, int]) -> list[list[str]]:
    if "django_migrations" not in counts:
        return []
    cursor.execute("SELECT app, name FROM django_migrations ORDER BY app, name")
    return [[str(app), str(name)] for app, name in cursor.fetchall()]


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def holds_tables(alias: str) -> bool:
    """Are there tables in the database? Raises NotRestored where it cannot be reached."""
    try:
        with connections[alias].cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_tables WHERE schemaname = current_schema()")
            return bool(cursor.fetchone()[0])
    except DatabaseError as error:
        raise NotRestored(f"The database {alias!r} cannot be reached: {_last_line(str(error))}") from error


def others_connected(alias: str) -> int:
    """Return how many other sessions use the database, from whatever machine."""
    with connections[alias].cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
            # Of sessions of other accounts only the name of the account is shown; what the server does has none.
            "AND usename IS NOT NULL AND (backend_type = 'client backend' OR backend_type IS NULL)"
        )
        return int(cursor.fetchone()[0])


def load(alias: str, source: Path, expected: dict[str, int]) -> None:
    """Put a copy in the place of all tables, and prove that it holds the rows expected, in one transaction.

    Raises NotRestored, and then the database is as it was.
    """
    try:
        version = server_version(alias)
        make_schema(alias)
        reader, writer = closed_tool("pg_restore", version), closed_tool("psql", version)
        with connections[alias].cursor() as cursor:
            cursor.execute("SELECT current_schema(), tablename FROM pg_tables WHERE schemaname = current_schema()")
            standing = cursor.fetchall()
            cursor.execute("SELECT current_schema()")
            schema = cursor.fetchone()[0]
            cursor.execute(_FUNCTIONS)
            functions = [str(name) for (name,) in cursor.fetchall()]
    except ToolMissing as error:
        raise NotRestored(str(error)) from error
    except DatabaseError as error:
        raise NotRestored(f"The database {alias!r} cannot be reached: {_last_line(str(error))}") from error
    connections[alias].close()
    before = ["BEGIN;"]
    before += [f"DROP TABLE IF EXISTS {_quoted(schema)}.{_quoted(name)} CASCADE;" for _schema, name in standing]
    before += [f"DROP FUNCTION IF EXISTS {name} CASCADE;" for name in functions]
    after = [_proof(schema, table, count) for table, count in sorted(expected.items())]
    _pour(
        [reader, "--no-owner", "--no-privileges", f"--schema={schema}", "--file=-", str(source)],
        [writer, "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--output=/dev/null", "--file=-"],
        _environment(connections[alias].settings_dict),
        "\n".join(before) + "\n",
        "\n".join([*after, "COMMIT;"]) + "\n",
    )


def _proof(schema: str, table: str, count: int) -> str:
    """Return the statement that ends the transaction where a table has other rows than expected."""
    place = f"{_quoted(schema)}.{_quoted(table)}"
    quoted = table.replace("'", "''").replace("%", "%%")
    return (
        f"DO $proof$ BEGIN IF (SELECT count(*) FROM {place}) <> {count} THEN "  # noqa: S608  (quoted above)
        f"RAISE EXCEPTION 'error: table {quoted} does not have the rows that the manifest says'; END IF; END $proof$;"
    )


def _pour(reading: list[str], writing: list[str], environment: dict[str, str], before: str, after: str) -> None:
    """Let one tool write SQL into another between two texts; the second follows only where the first tool succeeded."""
    with tempfile.TemporaryFile("w+") as said, tempfile.TemporaryFile("w+") as complained:
        source = subprocess.Popen(reading, stdout=subprocess.PIPE, stderr=said, env=environment)
        target = subprocess.Popen(
            writing, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=complained, env=environment
        )
        try:
            _feed(source, target, before.encode(), after.encode())
        finally:
            for process in (source, target):
                if process.poll() is None:
                    process.kill()
                process.wait()
        said.seek(0)
        complained.seek(0)
        if source.returncode or target.returncode:
            told = complained.read() if target.returncode else said.read()
            raise NotRestored(f"The database was left as it was: {_last_line(told)}")


def _feed(source: subprocess.Popen[bytes], target: subprocess.Popen[bytes], before: bytes, after: bytes) -> None:
    taken: IO[bytes] = source.stdout  # type: ignore[assignment]  # a pipe was asked for
    given: IO[bytes] = target.stdin  # type: ignore[assignment]  # a pipe was asked for
    try:
        with taken, given:
            given.write(before)
            for line in taken:
                if line.startswith(b"\\") and not _BACKSLASHES.match(line):
                    raise NotRestored("The database was left as it was: the backup holds a command for psql.")
                given.write(line)
            if source.wait() == 0:
                given.write(after)
    except BrokenPipeError:
        source.kill()
    target.wait()
