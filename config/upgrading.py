"""How does a database come to the version of the code, wholly or not at all?

All migrations that wait run in one transaction, on SQLite and on PostgreSQL: readers see the old version until the
last one has ended, and where one fails, or the process is killed, the database is as it was.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.db.migrations import Migration
from django.db.migrations.executor import MigrationExecutor

from config import databases, deployment_lock, preparing
from config.accounts import wrong_account

Say = Callable[[str], None]


class UpgradeFailed(Exception):
    """The database stays on the version before; the message is the one line that says why."""


def waiting_migrations() -> list[Migration]:
    """Return the migrations that are to be applied, in order."""
    executor = MigrationExecutor(connection)
    return [migration for migration, _backwards in executor.migration_plan(executor.loader.graph.leaf_nodes())]


def is_empty() -> bool:
    """Has nothing ever been applied to this database?"""
    return not MigrationExecutor(connection).loader.applied_migrations


@contextmanager
def one_transaction() -> Iterator[None]:
    """Keep what happens inside together, changes of tables included."""
    if connection.vendor == "sqlite":
        # Cannot be done once the transaction runs; each migration checks the references when it ends.
        connection.disable_constraint_checking()
    try:
        with transaction.atomic():
            if connection.vendor == "postgresql":
                # A table cannot be changed while a check of its rows is put off to the end of the transaction.
                with connection.cursor() as cursor:
                    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            yield
    finally:
        if connection.vendor == "sqlite":
            connection.enable_constraint_checking()


def migrate() -> int:
    """Apply the migrations that wait; return how many. Raises UpgradeFailed, the database being as it was."""
    waiting = waiting_migrations()
    if not waiting:
        return 0
    if is_empty():
        # Nothing to go back to; what a first run leaves behind, the next one goes on with.
        return _applied(waiting, "make install can simply be run again.")
    apart = [migration for migration in waiting if not migration.atomic]
    if apart:
        raise UpgradeFailed(
            f"{apart[0]} cannot be undone if it fails, so it is not run with the others. Make a backup and run: "
            f"manage.py migrate {apart[0].app_label} {apart[0].name}"
        )
    with one_transaction():
        return _applied(waiting, "Nothing was changed; the site stays on the version before.")


def _applied(waiting: list[Migration], after: str) -> int:
    told = StringIO()
    try:
        call_command("migrate", interactive=False, no_color=True, stdout=told)
    except Exception as error:
        # The command says "Applying app.name..." before each one, and how it ended after it.
        begun = re.findall(r"Applying (\S+?)\.\.\.", told.getvalue())
        reason = " ".join(str(error).split()) or type(error).__name__
        raise UpgradeFailed(f"{begun[-1] if begun else 'The migration'} failed: {reason}. {after}") from error
    return len(waiting)


def make_folders() -> None:
    """Make the folders of the installation, readable by its account alone. Raises OSError."""
    for folder in (settings.VAR_DIR, settings.SEARCH_INDEX_DIR, settings.MEDIA_ROOT, settings.STATIC_ROOT):
        path = Path(folder)
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
        if path.stat().st_mode & 0o077:
            path.chmod(0o700)


def lay_pages() -> int:
    """Give an empty site its first page and its guidance; return how many pages of guidance were added.

    Only where there is no first page: what an editor has taken away does not come back.
    """
    from wagtail.models import Site

    from kb.demonstration import load_pages
    from kb.models import HomePage

    if HomePage.objects.exists():
        return 0
    with transaction.atomic():
        added = load_pages(Path(settings.BASE_DIR) / "fixtures" / "guidance")
        address = urlsplit(settings.WAGTAILADMIN_BASE_URL)
        Site.objects.update(hostname=address.hostname, port=address.port or 443)
    return added


def upgrade(*, say: Say) -> None:
    """Bring database, pages, vocabularies, index and static files to this version, one deployment at a time.

    Raises UpgradeFailed and NotPrepared, each with one line.
    """
    if problem := wrong_account(Path(settings.VAR_DIR)):
        raise UpgradeFailed(f"{problem[0].upper()}{problem[1:]}")
    try:
        make_folders()
        with deployment_lock.held(
            Path(settings.VAR_DIR), waiting=lambda: say("Another deployment is running; waiting for it to end …")
        ):
            count = migrate()
            say(f"Database: {count} migrations applied." if count else "Database: nothing to migrate.")
            call_command("createcachetable", database="cache", verbosity=0)
            call_command(*databases.migrate_words(databases.AUDIT))
            if pages := lay_pages():
                say(f"Pages: the first page and {pages} pages of guidance.")
            preparing.prepare(preparing.INSTALLATION)
    except (OSError, DatabaseError) as error:
        raise UpgradeFailed(f"The installation could not be prepared: {' '.join(str(error).split())}") from error
