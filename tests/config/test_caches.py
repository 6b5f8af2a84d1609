"""Does a counter of the shared cache count for as long as it was to?"""

import pytest
from django.core.management import call_command
from django.db import connection

from config.caches import SharedCache

pytestmark = pytest.mark.django_db


@pytest.fixture
def counted() -> SharedCache:
    call_command("createcachetable", "counted", verbosity=0)
    return SharedCache("counted", {})


def asked(question: str) -> object:
    with connection.cursor() as cursor:
        cursor.execute(question)
        return cursor.fetchone()[0] if cursor.description else None


def test_counting_on_neither_prolongs_nor_cuts_the_time_of_a_limit(counted: SharedCache) -> None:
    counted.add("limit-x", 1, 3600)
    ends = asked("SELECT expires FROM counted")
    assert [counted.incr("limit-x") for _time in range(3)] == [2, 3, 4]
    assert counted.get("limit-x") == 4
    assert asked("SELECT expires FROM counted") == ends


def test_what_has_ended_or_never_began_is_not_counted_on(counted: SharedCache) -> None:
    with pytest.raises(ValueError, match="Nothing is counted"):
        counted.incr("limit-x")
    counted.add("limit-x", 1, 3600)
    asked("UPDATE counted SET expires = '2001-01-01 00:00:00'")
    with pytest.raises(ValueError, match="Nothing is counted"):
        counted.incr("limit-x")
