"""What stands ready before every test: languages, vocabularies, an index directory of the process's own."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.utils import translation
from xdist.scheduler import LoadFileScheduling

_DATABASE_FIXTURES = {
    "db",
    "transactional_db",
    "live_server",
    "django_db_reset_sequences",
    "django_db_serialized_rollback",
}

_SITES = {"sites", "site_var"}
_LONGEST = ("journeys", "faults", "attacks")
# What puts the database back as it was before any test, and whether a test has emptied it since.
_PUT_BACK = pytest.StashKey[Callable[[], None]]()
_EMPTIED = pytest.StashKey[bool]()


def _is_transactional(item: pytest.Item) -> bool:
    marker = item.get_closest_marker("django_db")
    names = set(getattr(item, "fixturenames", ()))
    return bool(names & {"transactional_db", "live_server"}) or bool(marker and marker.kwargs.get("transaction"))


def _uses_database(item: pytest.Item) -> bool:
    return bool(item.get_closest_marker("django_db") or _DATABASE_FIXTURES & set(getattr(item, "fixturenames", ())))


def _turn(item: pytest.Item) -> int:
    """Return when a file has its turn: what takes longest begins first, so that no process ends long after another."""
    folder = item.nodeid.split("/")[1]
    return _LONGEST.index(folder) if folder in _LONGEST else len(_LONGEST)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what each test needs of the databases, and put the tests in order.

    A test with a site of its own needs the tests' database too, from which that is copied; where no test is marked so,
    nobody makes one. Within a folder, tests that empty the database come behind those that share what was loaded once.
    """
    for item in items:
        if _SITES & set(getattr(item, "fixturenames", ())) and not item.get_closest_marker("django_db"):
            item.add_marker(pytest.mark.django_db)
        # What is done in a test is recorded as it is on the site, in the database of the audit log.
        if _uses_database(item):
            marker = item.get_closest_marker("django_db")
            options = {"transaction": _is_transactional(item), **(marker.kwargs if marker else {})}
            item.add_marker(pytest.mark.django_db(**{"databases": ["default", "audit"], **options}), append=False)
    items.sort(key=lambda item: (_turn(item), _is_transactional(item)))


class _FileByFile(LoadFileScheduling):
    """Hands the tests of one file to one process, and all journeys: a site and a browser at a time are enough."""

    def _split_scope(self, nodeid: str) -> str:
        return "journeys" if nodeid.startswith("tests/journeys/") else super()._split_scope(nodeid)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> _FileByFile:
    """Say how tests are shared out where several processes run them: docs/decisions/0025-tests-side-by-side.md."""
    config.option.loadscopereorder = False  # files are in order already
    return _FileByFile(config, log)


def _lay_ground() -> None:
    from wagtail.models import Locale

    from kb.models import Concept
    from kb.taxonomy_loading import load_folder

    for language, _name in settings.LANGUAGES:
        Locale.objects.get_or_create(language_code=language)
    if not Concept.objects.exists():
        load_folder(Path(settings.BASE_DIR) / "fixtures" / "vocabularies")


@pytest.fixture(scope="session")
def fresh_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the folder in which the database is kept as it is before any test, for sites of real processes."""
    return tmp_path_factory.mktemp("fresh")


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: Any, fresh_database: Path
) -> Iterator[None]:
    """Load languages and vocabularies once, and keep the database as it is then."""
    from django.core.management import call_command

    from tests import site

    with django_db_blocker.unblock():
        call_command("migrate", "people", database="audit", verbosity=0)
        _lay_ground()
        site.keep_fresh(fresh_database)

    def put_back() -> None:
        with django_db_blocker.unblock():
            site.put_back(fresh_database)

    request.config.stash[_PUT_BACK] = put_back
    yield
    site.drop_fresh()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Put back what an earlier test emptied, before a transaction is begun."""
    stash = item.config.stash
    if _uses_database(item):
        if stash.get(_EMPTIED, False):
            stash[_PUT_BACK]()
        stash[_EMPTIED] = _is_transactional(item)


@pytest.fixture(autouse=True)
def ground() -> None:
    """Drop what processes remember of an earlier test."""
    from kb import vocabulary
    from kb.templatetags import kb_tags

    vocabulary.forget()
    kb_tags._menus.clear()
    cache.clear()
    # An earlier test's last page may have left its language behind.
    translation.activate(settings.LANGUAGE_CODE)


@pytest.fixture(scope="session", autouse=True)
def scratch() -> Iterator[Path]:
    """Give the process an empty index directory and take it away at the end."""
    index = Path(settings.SEARCH_INDEX_DIR)
    shutil.rmtree(index, ignore_errors=True)
    index.mkdir(parents=True)
    yield index
    shutil.rmtree(index.parent, ignore_errors=True)


@pytest.fixture
def index_dir(tmp_path: Path, settings: Any) -> Path:
    """Give one test an empty index directory of its own."""
    settings.SEARCH_INDEX_DIR = tmp_path / "index"
    settings.SEARCH_INDEX_DIR.mkdir()
    return tmp_path / "index"


@pytest.fixture(scope="session")
def site_var(tmp_path_factory: pytest.TempPathFactory, django_db_setup: None, fresh_database: Path) -> Iterator[Path]:
    """Prepare a site for tests of real processes, once: database, cache, static files, a few pages, an index."""
    from tests import site

    var = tmp_path_factory.mktemp("site")
    site.copy_database(fresh_database, var)
    env = site.environment(var)
    site.run(env, "manage.py", "createcachetable", "--database", "cache")
    site.run(env, "manage.py", "migrate", "people", "--database", "audit", "-v0")
    site.run(env, "manage.py", "collectstatic", "--noinput", "-v0")
    site.run(env, "-m", "tests.config.churn", "0")
    yield var
    site.clear(var)
