"""Everybody who could attack, made anew for each test."""

import pytest

from tests.attacks.people import Cast
from tests.search.conftest import index

__all__ = ["cast", "index"]


@pytest.fixture
def cast(db: None) -> Cast:
    """Return the people and what they are after; each is made when it is first asked for."""
    return Cast()
