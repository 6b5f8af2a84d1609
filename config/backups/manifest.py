"""What has to be in a backup, and which state of the site does it hold?"""

import json
import tomllib
from dataclasses import asdict, dataclass, field
from typing import Any

from django.conf import settings
from django.db.migrations.loader import MigrationLoader

from config.backups.facts import Damaged, OtherVersion


@dataclass
class Database:
    """One database: what it is of, its file in the backup, the rows of each table and the migrations it has."""

    engine: str
    member: str
    size: int  # bytes, unpacked
    tables: dict[str, int]
    migrations: list[list[str]]


@dataclass
class Manifest:
    """All that a backup says about itself."""

    made_at: str  # ISO 8601, UTC
    version: str  # of the code
    databases: dict[str, Database]
    members: dict[str, dict[str, int | str]]
    gone: list[str] = field(default_factory=list)  # media that were deleted while the backup was made
    keys: bool = True

    def text(self) -> str:
        """Return it as it is written."""
        return json.dumps(asdict(self), indent=1, sort_keys=True)

    @property
    def rows(self) -> int:
        """How many rows there are in all databases."""
        return sum(sum(database.tables.values()) for database in self.databases.values())

    @property
    def media(self) -> int:
        """How many uploaded files there are."""
        return sum(name.startswith("media/") for name in self.members)


def read(text: bytes) -> Manifest:
    """Return the manifest that the text is. Raises Damaged where it is none."""
    try:
        row = json.loads(text)
        row["databases"] = {str(alias): _database(values) for alias, values in row["databases"].items()}
        manifest = Manifest(**row)
        pairs = [(int(one["size"]), str(one["sha256"])) for one in manifest.members.values()]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Damaged(f"The manifest cannot be read ({type(error).__name__}).") from None
    if len(pairs) != len(manifest.members) or not manifest.databases:
        raise Damaged("The manifest names no database.")
    return manifest


def _database(values: dict[str, Any]) -> Database:
    database = Database(**values)
    database.tables = {str(name): int(count) for name, count in database.tables.items()}
    database.migrations = [[str(app), str(name)] for app, name in database.migrations]
    return database


def code_version() -> str:
    """Return the version of this code, as its project file says."""
    project = tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text(encoding="utf-8"))
    return str(project["project"]["version"])


def check_not_newer(manifest: Manifest) -> None:
    """Raise OtherVersion where the backup has migrations that come after those of this code."""
    newest: dict[str, str] = {}
    known = MigrationLoader(None, ignore_no_migrations=True).disk_migrations or {}
    for app, name in known:
        newest[app] = max(newest.get(app, ""), name)
    for database in manifest.databases.values():
        for app, name in database.migrations:
            # An older one that is unknown has been squashed since.
            if (app, name) not in known and name > newest.get(app, ""):
                raise OtherVersion(
                    f"The backup is of a newer version ({manifest.version}, with {app}.{name}, unknown here). "
                    "Install that version, then restore."
                )
