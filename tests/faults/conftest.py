"""What a fault needs: a site that may be broken, a copy of the demonstration."""

from collections.abc import Iterator

import pytest

from tests.faults.processes import Site, Sites


@pytest.fixture(scope="session")
def sites(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sites]:
    """Make sites of a test's own by `sites.copy(name)`; all are ended when the tests are over."""
    made = Sites(tmp_path_factory.mktemp("sites"))
    yield made
    made.end()


@pytest.fixture(scope="session")
def running(sites: Sites) -> Iterator[Site]:
    """Give the site that several tests share: web server and worker run, a writer is waited for one second."""
    site = sites.copy("running", DATABASE_WAIT="1")
    site.start_web()
    site.start_worker()
    yield site
    site.stop()
