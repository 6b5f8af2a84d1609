"""While another writer holds the database: reading goes on, and what was sent is kept on a page that sends it again."""

import html
import re
import time

import pytest

from kb.choices import EntryKind
from tests.faults.processes import PASSWORD, Answer, Site, Visitor
from tests.kb.admin_forms import form_data

READ = (
    "/",
    "/search/?q=barrier",
    "/search/suggest/?q=ba",
    "/topics/",
    "/account/login/",
    "/robots.txt",
    "/sitemap.xml",
)
FIELD = re.compile(r'<input type="hidden" name="([^"]*)" value="([^"]*)"')


def kept(answer: Answer) -> dict[str, list[str]]:
    """Return the fields that the page keeps."""
    fields: dict[str, list[str]] = {}
    for name, value in FIELD.findall(answer.text):
        fields.setdefault(html.unescape(name), []).append(html.unescape(value))
    return fields


def edit_form(visitor: Visitor, path: str) -> dict[str, list[str]]:
    """Return a complete form of a practice, as a browser sends it that opened the address just now."""
    answer = visitor.get(path)
    assert answer.status == 200, answer.text[:300]
    loaded = dict(re.findall(r'name="(loaded_revision_\w+)" value="([^"]*)"', answer.text))
    form = form_data(EntryKind.PRACTICE, csrfmiddlewaretoken=answer.token, **loaded)
    return {name: [str(one) for one in (value if isinstance(value, list) else [value])] for name, value in form.items()}


@pytest.fixture
def path(running: Site) -> str:
    """Return the address of the form of a published entry."""
    key = running.number(
        "SELECT min(id) FROM kb_entry WHERE live AND kind = 'practice' AND translation_status = 'original'"
    )
    return f"/admin/snippets/kb/entry/edit/{key}/"


def test_f12_reading_goes_on_for_everybody(running: Site) -> None:
    anonymous, member, curator = running.visitor(), running.visitor("member"), running.visitor("curator")
    curator.get("/admin/")  # the first visit notes the person's preferences
    entry = running.rows("SELECT public_id FROM kb_entry WHERE live ORDER BY id LIMIT 1")[0][0]
    with running.locked():
        for visitor in (anonymous, member, curator):
            for address in (*READ, f"/entries/{entry}/"):
                if address == "/account/login/" and visitor is not anonymous:
                    continue
                answer = visitor.get(address)
                assert (answer.status, address) == (200, address)
        assert curator.get("/admin/").status == 200
        assert curator.get("/admin/snippets/kb/entry/").status == 200


def test_f12_the_form_of_an_entry_opens_too(running: Site, path: str) -> None:
    curator = running.visitor("curator")
    curator.get("/admin/")
    with running.locked():
        assert curator.get(path).status == 200


def test_f12_what_an_editor_wrote_is_kept_and_can_be_sent_again(running: Site, path: str) -> None:
    curator = running.visitor("curator")
    form = edit_form(curator, path)
    form["summary"] = ["A summary with “quotes”, <tags> & two\r\nlines that must not be lost."]
    before = running.rows("SELECT count(*), max(id) FROM wagtailcore_revision")
    with running.locked():
        answer = curator.post(path, form)
    assert answer.status == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.headers["Content-Security-Policy"]
    assert "Send again" in answer.text
    again = kept(answer)
    assert again.pop("csrfmiddlewaretoken")
    assert again == {name: values for name, values in form.items() if name != "csrfmiddlewaretoken"}
    assert running.rows("SELECT count(*), max(id) FROM wagtailcore_revision") == before
    done = curator.post(path, kept(answer))
    assert done.status == 302
    assert running.number("SELECT count(*) FROM wagtailcore_revision") == before[0][0] + 1
    content = running.rows("SELECT content FROM wagtailcore_revision ORDER BY id DESC LIMIT 1")[0][0]
    assert "must not be lost" in str(content)


def test_f12_a_program_is_told_in_its_own_form(running: Site, path: str) -> None:
    curator = running.visitor("curator")
    form = edit_form(curator, path)
    with running.locked():
        answer = curator.post(path, form, Accept="application/json")
    assert answer.status == 503
    assert '"success": false' in answer.text
    assert form["summary"][0] not in answer.text


def test_f12_signing_in_keeps_the_address_and_asks_for_the_password_again(running: Site) -> None:
    visitor = running.visitor()
    form = visitor.login_form("member")
    with running.locked():
        answer = visitor.post("/account/login/", form)
    assert answer.status == 503
    assert PASSWORD not in answer.text
    assert kept(answer)["login"] == ["member@example.org"]
    assert 'type="password"' in answer.text
    done = visitor.post("/account/login/", {**kept(answer), "password": PASSWORD})
    assert done.status == 302
    assert visitor.get("/you/").status == 200


def test_f12_a_form_of_somebody_elses_page_gets_no_token_here(running: Site, path: str) -> None:
    curator = running.visitor("curator")
    with running.locked():
        answer = curator.post(path, {"summary": "from elsewhere"})
    assert answer.status == 403


def test_f12_nobody_else_is_shown_the_text(running: Site) -> None:
    visitor = running.visitor()
    form = visitor.login_form("member") | {"login": "zq-only-mine@example.org"}
    with running.locked():
        visitor.post("/account/login/", form)
        assert "zq-only-mine" not in running.visitor().get("/account/login/").text
    assert "zq-only-mine" not in running.said()


def test_f12_a_short_wait_is_no_fault(running: Site) -> None:
    import threading

    visitor = running.visitor()
    form = visitor.login_form("member")
    answers: list[Answer] = []
    sender = threading.Thread(target=lambda: answers.append(visitor.post("/account/login/", form)))
    with running.locked():
        sender.start()
        time.sleep(0.5)
    sender.join(timeout=20)
    assert [answer.status for answer in answers] == [302]
