"""Is an entry that somebody may not know of told from one that does not exist?"""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.attacks.asking import UNKNOWN, answer
from tests.attacks.people import KINDS, READS, Cast

pytestmark = pytest.mark.django_db

HIDDEN = (("green", "published"), ("amber_other", "published"), ("strict_other", "changed"), ("clear", "draft"))
MORE = (("amber_other", "recalled"), ("clear", "scheduled"), ("clear", "withdrawn"), ("strict_home", "review"))


@pytest.mark.parametrize("language", ["", "/fr"])
def test_a01_the_page_of_a_hidden_entry_answers_as_an_unknown_one(cast: Cast, language: str) -> None:
    for marking, state in (*HIDDEN, *MORE):
        work = cast.work(marking, state)
        for kind, client in cast.clients():
            # Of a recalled work, those who could read it see that it was recalled, and nothing more.
            if work.is_read_by(kind) or (state == "recalled" and kind in READS[marking]):
                continue
            hidden = f"{language}/entries/{work.entry.public_id}/"
            unknown = f"{language}/entries/{UNKNOWN}/"
            found = answer(client, hidden, work.entry.public_id)
            assert found == answer(client, unknown, UNKNOWN), (kind, marking, state)
            assert found[0] == 404


def test_a01_as_many_questions_are_put_to_the_database(cast: Cast) -> None:
    """Time is measured in the bench; here, that nothing more is looked up for what is there."""
    for kind in KINDS:
        client = cast.client(kind)
        for marking, state in HIDDEN:
            work = cast.work(marking, state)
            if work.is_read_by(kind):
                continue
            numbers = []
            for key in (work.entry.public_id, UNKNOWN):
                client.get(f"/entries/{key}/")
                with CaptureQueriesContext(connection) as queries:
                    client.get(f"/entries/{key}/")
                numbers.append(len(queries))
            assert numbers[0] == numbers[1], (kind, marking)
