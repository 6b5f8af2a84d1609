"""a38: forty ways to smuggle a script, in every text that people can type, stay texts on every page that shows them."""

from html.parser import HTMLParser
from typing import Any

import pytest
from django.test import Client

from kb.choices import EntryKind, RelationType, Tlp
from kb.models import Entry, EntryReference, EntryRelation
from people.choices import Role
from tests.attacks.people import Cast
from tests.factories import make_entry, make_file, make_marking, make_picture, make_user

pytestmark = pytest.mark.django_db

PAYLOADS = (
    "<script>zqx()</script>",
    "<SCRIPT SRC=//evil.example/zqx></SCRIPT>",
    "<scr<script>ipt>zqx()</scr</script>ipt>",
    "<script\x0c>zqx()</script\x0c>",
    "</script><script>zqx()</script>",
    "</title><script>zqx()</script>",
    "</textarea><script>zqx()</script>",
    "--><script>zqx()</script>",
    "]]><script>zqx()</script>",
    "<img src=x onerror=zqx()>",
    "<img/src=x/onerror=zqx()>",
    "<img src='x' onerror='zqx()' ",
    "<svg onload=zqx()>",
    "<svg><script>zqx()</script></svg>",
    "<svg><animate onbegin=zqx() attributeName=x>",
    "<svg><a xlink:href='javascript:zqx()'>x</a></svg>",
    "<math href='javascript:zqx()'>x</math>",
    "<iframe src='javascript:zqx()'></iframe>",
    "<iframe srcdoc='<script>zqx()</script>'></iframe>",
    "<object data='javascript:zqx()'></object>",
    "<embed src='javascript:zqx()'>",
    "<a href='javascript:zqx()'>x</a>",
    "<a href='java\tscript:zqx()'>x</a>",
    "<a href='&#106;avascript:zqx()'>x</a>",
    "<a href='data:text/html,<script>zqx()</script>'>x</a>",
    "<a href='vbscript:zqx()'>x</a>",
    "<form action='javascript:zqx()'><button>x</button></form>",
    "<button formaction='javascript:zqx()'>x</button>",
    "<input autofocus onfocus=zqx()>",
    "<details open ontoggle=zqx()>",
    "<body onload=zqx()>",
    "<video><source onerror=zqx()></video>",
    "<style>@import 'javascript:zqx()';</style>",
    "<p style='background:url(javascript:zqx())'>x</p>",
    "<link rel=stylesheet href='javascript:zqx()'>",
    "<base href='javascript:zqx()//'>",
    "<meta http-equiv=refresh content='0;url=javascript:zqx()'>",
    '" onmouseover="zqx()" x="',
    "' onmouseover='zqx()' x='",
    "{{ zqx }}{% zqx %}${zqx()}`zqx`",
)
# Where a browser takes a text for a text.
PLAIN = frozenset(
    {
        *("value", "title", "alt", "content", "placeholder", "aria-label", "label", "data-title", "name", "id", "for"),
        *("summary", "lang", "class"),
    }
)


class Alive(HTMLParser):
    """Collects every place of a page in which one of the payloads would do something."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.script = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        # Data that scripts read as data; the site has no other inline script.
        self.script = tag if tag in {"script", "style"} and "json" not in values.get("type", "") else ""
        for name, value in values.items():
            if "zqx" not in name and "zqx" not in value:
                continue
            is_query = name in {"href", "action"} and value.startswith(("/", "?", "http://testserver/"))
            if name in PLAIN - {"content"} or name.startswith("data-") or is_query:
                continue
            if name == "content" and "http-equiv" not in values:
                continue
            self.found.append(f"<{tag} {name}={value[:80]!r}>")

    def handle_endtag(self, tag: str) -> None:
        if tag == self.script:
            self.script = ""

    def handle_data(self, data: str) -> None:
        if self.script and "zqx" in data:
            self.found.append(f"<{self.script}>{data[:80]!r}")


def alive_in(text: str) -> list[str]:
    """Return where a payload would do something on this page."""
    parser = Alive()
    parser.feed(text)
    return parser.found


def test_a38_the_detector_finds_what_it_is_looking_for() -> None:
    silent = [payload for payload in PAYLOADS if not alive_in(f"<body>{payload}")]
    # These live only inside an attribute, or once a part of them was taken away.
    assert [payload[:6] for payload in silent] == ["<scr<s", "<img s", '" onmo', "' onmo", "{{ zqx"]
    assert len(PAYLOADS) == len(set(PAYLOADS)) == 40


def full_entry(number: int, payload: str, **more: Any) -> Entry:
    """Return a published entry whose every text is the payload."""
    rich = f"<p>{payload}</p>"
    entry = make_entry(
        f"{payload} {number}"[-120:],
        summary=f"Zqword {payload}",
        works_when=payload,
        not_when=payload,
        sections={
            "problem": rich,
            "description": rich,
            "steps": [{"title": payload[:160], "text": payload}],
            "needs": {"powers": payload, "cost": payload, "time": payload, "people": payload},
            "side_effects": [{"kind": "access", "text": payload}],
            "effectiveness": rich,
            "adaptations": rich,
            "standards": [payload[:200]],
            **more,
        },
        keywords=[f"{payload[:60]}{number}"],
    )
    EntryReference.objects.filter(entry=entry).update(
        title=payload[:300], publisher=payload[:160], locator=payload[:160], licence=payload[:120]
    )
    return entry


def pages_about(entry: Entry) -> list[str]:
    return [
        entry.get_absolute_url(),
        f"/briefing/?e={entry.public_id}",
        f"/fr/entries/{entry.public_id}/",
    ]


def test_a38_no_payload_in_an_entry_lives_on_a_page(client: Client) -> None:
    entries = [full_entry(number, payload) for number, payload in enumerate(PAYLOADS)]
    for entry in entries:
        for path in pages_about(entry):
            response = client.get(path)
            assert response.status_code == 200, path
            assert alive_in(response.content.decode()) == [], path
    for path in ("/", "/search/?q=Zqword", "/assess/?place=christmas-market&threat=vehicle-as-weapon", "/sitemap.xml"):
        assert alive_in(client.get(path).content.decode()) == [], path


def test_a38_what_a_reader_asks_for_does_not_live_on_the_answer(client: Client) -> None:
    for payload in PAYLOADS:
        for path in ("/search/", "/briefing/", "/assess/", "/no/such/page", "/account/login/"):
            asked = {"q": payload, "e": payload, "place": payload, "next": payload, "since": payload}
            assert alive_in(client.get(path, asked).content.decode()) == [], (path, payload)


def test_a38_all_payloads_together_stay_texts_in_the_editing_interface(cast: Cast) -> None:
    everything = " ".join(PAYLOADS)
    picture = make_picture(title=everything[:255], description=everything[:255])
    document = make_file(title=everything[:255])
    captions = {
        "pictures": [{"picture": picture.public_id, "caption": everything[:200]}],
        "files": [{"file": document.public_id, "caption": everything[:200]}],
    }
    entry = full_entry(0, everything, **captions)
    other = make_entry(everything[:120], kind=EntryKind.PRACTICE)
    EntryRelation.objects.create(source=entry, target=other, type=RelationType.SUPPORTS, note=everything[:400])
    home, circle = cast.organisations["home"], cast.circles["home"]
    type(home).objects.filter(pk=home.pk).update(name=everything[:160])
    type(circle).objects.filter(pk=circle.pk).update(name=everything[:120], purpose=everything[:300])
    amber = make_marking(Tlp.AMBER, circles=[circle], handling_note=everything[:200])
    marked = make_entry("Zqmarked", marking=amber)
    person = make_user(name=everything[:120], organisation=home, roles=[Role.REVIEWER, Role.ADMINISTRATOR])
    for each in (entry, marked):
        each.save_revision(user=person, log_action=True)
    client = Client()
    client.force_login(person)
    base = "/admin/snippets/kb/entry"
    for path in (
        "/admin/",
        f"{base}/",
        f"{base}/?q=zqx",
        f"{base}/edit/{entry.pk}/",
        f"{base}/history/{entry.pk}/",
        f"{base}/marking/{marked.pk}/",
        f"{base}/relations/{entry.pk}/",
        "/admin/pictures/",
        f"/admin/pictures/edit/{picture.pk}/",
        f"/admin/files/edit/{document.pk}/",
        "/admin/users/",
        "/admin/organisations/",
        f"/admin/circles/edit/{circle.pk}/",
        "/you/",
        entry.get_absolute_url(),
        marked.get_absolute_url(),
    ):
        response = client.get(path)
        assert response.status_code in {200, 403}, path
        assert alive_in(response.content.decode()) == [], path
