"""a56: every answer carries the full set of headers; cookies are tight, and readers without an account get none."""

import pytest
from django.test import Client, override_settings
from django.urls import reverse

from config import checks
from tests.config.observatory import score
from tests.factories import PASSWORD, make_entry, make_user

pytestmark = pytest.mark.django_db
REAL = {
    "SECURE_SSL_REDIRECT": True,
    "SECURE_HSTS_SECONDS": 63_072_000,
    "SECURE_HSTS_INCLUDE_SUBDOMAINS": True,
    "SESSION_COOKIE_SECURE": True,
    "SESSION_COOKIE_NAME": "__Host-sessionid",
    "CSRF_COOKIE_SECURE": True,
    "CSRF_COOKIE_NAME": "__Host-csrftoken",
    "KNOWN_BROWSER_COOKIE": "__Host-known",
}
FULL_SET = (
    "Content-Security-Policy",
    "Strict-Transport-Security",
    "X-Content-Type-Options",
    "X-Frame-Options",
    "Referrer-Policy",
    "Cross-Origin-Opener-Policy",
    "Cross-Origin-Resource-Policy",
    "Cross-Origin-Embedder-Policy",
    "Permissions-Policy",
)
WHO = {
    "anonymous": None,
    "learner": {"member": False},
    "member": {},
    "partner": {"state": "active"},
    "curator": {"roles": ["curator"]},
    "reviewer": {"roles": ["reviewer"]},
    "trainer": {"roles": ["trainer"]},
    "superuser": {"superuser": True},
}
PATHS = {
    "home": "/",
    "entry": "ENTRY",
    "login": "/account/login/",
    "editing interface": "/admin/",
    "static": "/static/css/base.css",
    "missing static": "/static/nothing.css",
    "not found": "/nowhere/",
    "redirect": "/topics",
    "too long": "/search/?q=" + "x" * 8000,
    "suggestions": "/search/suggest/?q=ve",
    "robots": "/robots.txt",
    "sitemap": "/sitemap.xml",
    "health": "/health/",
    "account": "/you/",
}


@pytest.fixture(autouse=True)
def real():
    with override_settings(**REAL):
        yield


def ask(client: Client, path: str):
    """Return the answer to one request over TLS, its file closed."""
    answer = client.get(path, secure=True)
    if answer.streaming:
        answer.close()
    return answer


def address(name: str) -> str:
    return make_entry().get_absolute_url() if PATHS[name] == "ENTRY" else PATHS[name]


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize("name", PATHS)
def test_a56_every_answer_carries_the_full_set(name: str, who: str) -> None:
    client = Client(raise_request_exception=False)
    if WHO[who] is not None:
        client.force_login(make_user(**WHO[who]))
    answer = ask(client, address(name))
    assert [header for header in FULL_SET if header not in answer.headers] == []


def test_a56_a_fault_carries_it_too(monkeypatch) -> None:
    def broken(*args: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("search.views.home.render", broken)
    answer = Client(raise_request_exception=False).get("/", secure=True)
    assert answer.status_code == 500
    assert [header for header in FULL_SET if header not in answer.headers] == []


@pytest.mark.parametrize("name", ["home", "entry", "login", "editing interface", "static"])
def test_a56_the_score_of_the_observatory_is_beyond_a_plus(name: str) -> None:
    answer = ask(Client(), address(name))
    assert score(answer) >= 130


def test_a56_cookies_are_tight() -> None:
    from allauth.account.models import EmailAddress

    user = make_user()
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    client = Client()
    client.get("/account/login/", secure=True)
    client.post("/account/login/", {"login": user.email, "password": PASSWORD}, secure=True)
    assert {"__Host-sessionid", "__Host-csrftoken", "__Host-known"} <= set(client.cookies)
    for name, morsel in client.cookies.items():
        if name == "messages":
            continue
        tight = (morsel["secure"], morsel["httponly"], morsel["samesite"], morsel["path"], morsel["domain"])
        assert tight == (True, True, "Lax", "/", ""), name


@pytest.mark.parametrize("name", sorted(set(PATHS) - {"login"}))
def test_a56_readers_without_an_account_get_no_cookie(name: str) -> None:
    assert not ask(Client(raise_request_exception=False), address(name)).cookies


@pytest.mark.parametrize("who", sorted(set(WHO) - {"anonymous"}))
@pytest.mark.parametrize("path", ["/", "/you/", "/nowhere/", "/search/?q=x"])
def test_a54_what_is_seen_signed_in_is_kept_by_nobody_and_found_by_no_crawler(who: str, path: str) -> None:
    client = Client()
    client.force_login(make_user(**WHO[who]))
    answer = client.get(path, secure=True)
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.headers["X-Robots-Tag"] == "noindex"


def test_a54_the_next_reader_sees_an_own_page(settings) -> None:
    settings.PAGE_CACHE_BYTES = 1_000_000
    member, nobody = Client(), Client()
    member.force_login(make_user(name="Ada Member"))
    before = nobody.get("/", secure=True).content
    assert b"Your pages" in member.get("/", secure=True).content
    assert nobody.get("/", secure=True).content == before
    assert b"Your pages" not in before


def test_a56_signing_out_empties_what_the_browser_kept() -> None:
    client = Client()
    client.force_login(make_user())
    answer = client.post(reverse("account_logout"), secure=True, follow=True)
    assert answer.headers.get("Clear-Site-Data") == '"cache", "storage"'


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SESSION_COOKIE_NAME", "sessionid"),
        ("CSRF_COOKIE_NAME", "csrftoken"),
        ("KNOWN_BROWSER_COOKIE", "known"),
        ("SESSION_COOKIE_DOMAIN", "example.org"),
        ("CSRF_COOKIE_PATH", "/elsewhere/"),
        ("SECURE_CROSS_ORIGIN_OPENER_POLICY", None),
        ("DATA_UPLOAD_MAX_NUMBER_FIELDS", 10_000),
        ("DATA_UPLOAD_MAX_MEMORY_SIZE", None),
    ],
)
def test_a56_a_loosened_setting_is_reported(settings, name: str, value: object) -> None:
    assert checks.cookies_and_bounds_are_tight() == []
    setattr(settings, name, value)
    assert len(checks.cookies_and_bounds_are_tight()) == 1


def test_the_way_to_tell_of_a_weakness_stands_where_the_standard_says(settings) -> None:
    assert Client().get("/.well-known/security.txt", secure=True).status_code == 404
    settings.SECURITY_CONTACT = "mailto:security@example.org"
    text = Client().get("/.well-known/security.txt", secure=True).content.decode()
    assert text.startswith("Contact: mailto:security@example.org\nExpires: ")
