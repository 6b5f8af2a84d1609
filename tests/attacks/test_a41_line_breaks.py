"""Attack 41: line breaks in what is sent, to write lines of one's own into a log, a header or an audit row."""

import logging

import pytest

from config.logs import LineFormatter
from tests.attacks.people import KINDS, Cast
from tests.people.audit import log

pytestmark = pytest.mark.django_db
FORGED = "zq\r\nZqforged: 1\nZqline\u2028Zqother"
ADDRESSES = (
    f"/entries/{'zq%0D%0AZqforged%3A%201'}/",
    "/search/?q=zq%0D%0AZqforged%3A%201%0AZqline",
    "/account/login/?next=/%0D%0AZqforged:%201",
    "/admin/snippets/kb/entry/edit/1%0AZqforged/",
    "/you/audit/?thing=zq%0AZqforged",
    "/nowhere%0AZqforged/",
)


@pytest.mark.parametrize("kind", KINDS)
def test_a41_nothing_that_is_sent_begins_a_line_of_its_own(
    cast: Cast, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    client = cast.client(kind)
    caplog.set_level(logging.DEBUG)
    log.empty()
    for address in ADDRESSES:
        answer = client.get(address, headers={"User-Agent": FORGED.replace("\r", "").replace("\n", " ")})
        assert answer.status_code < 500, address
        assert not any(name.lower().startswith("zq") for name in answer.headers)
        assert not any("\n" in value or "\r" in value for value in answer.headers.values())
    form = LineFormatter("%(levelname)s %(message)s")
    for record in caplog.records:
        assert not any(line.startswith(("Zqforged", "Zqline")) for line in form.format(record).splitlines())
    for row in log.events():
        kept = f"{row.event}{row.object_kind}{row.object_ids}{row.data}"
        assert "Zqforged" not in kept and "\n" not in kept
