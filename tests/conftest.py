"""What stands ready before every test: databases with languages and vocabularies, an empty folder for an index."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.utils import translation
from xdist.scheduler import LoadFileScheduling

from tests import ground as ground_of_run

_DATABASE_FIXTURES = {
    "db",
    "transactional_db",
    "live_server",
    "django_db_reset_sequences",
    "django_db_serialized_rollback",
}

_LONGEST = ("journeys", "faults", "attacks")
# What makes the databases what they were before any test, and whether a test has emptied them since.
_PUT_BACK = pytest.StashKey[Callable[[], None]]()
_EMPTIED = pytest.StashKey[bool]()
_OURS_TO_END = pytest.StashKey[bool]()


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

    Within a folder, tests that empty the databases come behind those that share what was loaded once.
    """
    for item in items:
        # What is done in a test is recorded as it is on the site, in the database of the audit log.
        if _uses_database(item):
            marker = item.get_closest_marker("django_db")
            options = {"transaction": _is_transactional(item), **(marker.kwargs if marker else {})}
            item.add_marker(pytest.mark.django_db(**{"databases": ["default", "audit"], **options}), append=False)
    items.sort(key=lambda item: (_turn(item), _is_transactional(item)))


class _FileByFile(LoadFileScheduling):
    """Hands the tests of one file to one process, and all journeys: a site and a browser at a time are enough.

    The tests of the whole site take minutes each and share nothing, so each goes wherever there is room.
    """

    def _split_scope(self, nodeid: str) -> str:
        if nodeid.startswith("tests/attacks/test_whole_site.py"):
            return nodeid
        return "journeys" if nodeid.startswith("tests/journeys/") else super()._split_scope(nodeid)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> _FileByFile:
    """Say how tests are shared out where several processes run them: docs/decisions/0026-tests-side-by-side.md."""
    config.option.loadscopereorder = False  # files are in order already
    return _FileByFile(config, log)


def pytest_configure(config: pytest.Config) -> None:
    """Begin a run, where this is not one of its processes."""
    config.stash[_OURS_TO_END] = ground_of_run.begin_run()


def pytest_unconfigure(config: pytest.Config) -> None:
    """End the run where it was begun: all its other processes are over."""
    if config.stash.get(_OURS_TO_END, False):
        ground_of_run.end_run()


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest, django_test_environment: None, django_db_blocker: Any
) -> Iterator[None]:
    """Give this process databases of its own, in place of those that pytest-django would make."""
    from tests import databases

    def put_back() -> None:
        with django_db_blocker.unblock():
            databases.put_back()

    with django_db_blocker.unblock():
        databases.take()
    request.config.stash[_PUT_BACK] = put_back
    yield
    with django_db_blocker.unblock():
        databases.leave()


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
def site_var(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Prepare a site for tests of real processes, once in a process: a few pages, an entry, an index."""
    from tests import site

    var = tmp_path_factory.mktemp("site")
    site.make(var)
    site.run(site.environment(var), "-m", "tests.config.churn", "0")
    yield var
    site.clear(var)
