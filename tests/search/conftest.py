"""An index of the test's own, filled from its database when the test asks for it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from search import indexing
from search.engines import engine
from search.engines.base import Engine


@pytest.fixture
def index(index_dir: Path, db: None) -> Callable[[], Engine]:
    """Return what makes the index anew from the database and returns the engine."""

    def rebuilt() -> Engine:
        indexing.rebuild()
        return engine()

    return rebuilt
