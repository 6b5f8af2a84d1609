"""Does a form that another site sends change anything here, and does reading change anything?"""

from typing import Any

import pytest
from django.apps import apps
from django.core.serializers import serialize
from django.test import Client

from tests.attacks.addresses import routes
from tests.attacks.people import Cast

pytestmark = pytest.mark.django_db

# Browsers send their reports without a token; they are written to the log and nowhere else.
WITHOUT_TOKEN = {"/csp-report"}
# What Wagtail and sessions keep about the reader's own visit.
OWN_TRACES = {"sessions.Session", "wagtailadmin.EditingSession", "wagtailusers.UserProfile", "people.User"}


def state() -> dict[str, list[Any]]:
    """Return every row of every table that reading may not change."""
    return {
        model._meta.label: sorted(map(str, serialize("python", model._base_manager.order_by("pk"))))
        for model in apps.get_models()
        if model._meta.managed and model._meta.label not in OWN_TRACES
    }


def test_a31_no_address_takes_a_form_without_its_token(cast: Cast) -> None:
    cast.work("clear")
    addresses = sorted({route.template for route in routes() if not route.names})
    for kind in ("anonymous", "member", "reviewer", "administrator"):
        client = cast.fresh_client(kind, enforce_csrf_checks=True)
        before = state()
        for address in addresses:
            for origin in ({}, {"HTTP_ORIGIN": "https://elsewhere.example"}):
                answer = client.post(address, {"action-publish": "1", "name": "Taken over"}, **origin)
                expected = {204} if address in WITHOUT_TOKEN else {301, 302, 403, 404, 405}
                assert answer.status_code in expected, (kind, address)
                if answer.status_code == 302:
                    assert address.startswith(("/admin/", "/_util/")), (kind, address)
                    assert kind == "anonymous" or "login" in answer.url, (kind, address, answer.url)
        assert state() == before, kind


def test_a31_a_token_does_not_help_a_form_from_another_origin(cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    page = client.get("/account/login/")
    form = {"csrfmiddlewaretoken": str(page.context["csrf_token"]), "login": "a@example.org", "password": "x"}
    assert client.post("/account/login/", form).status_code == 200
    assert client.post("/account/login/", form, HTTP_ORIGIN="https://elsewhere.example").status_code == 403
    secure = {"secure": True, "HTTP_REFERER": "https://elsewhere.example/"}
    assert client.post("/account/login/", form, **secure).status_code == 403


@pytest.mark.parametrize("kind", ["curator", "administrator", "superuser"])
def test_a31_reading_changes_nothing(cast: Cast, kind: str) -> None:
    work = cast.work("amber_home", "changed")
    client = cast.client(kind)
    addresses = sorted({route.template for route in routes() if not route.names})
    addresses += [
        route.template.format(pk=work.entry.pk)
        for route in routes()
        if route.names == ("pk",) and "entry" in route.template
    ]
    before = state()
    for address in addresses:
        client.get(address)
        client.head(address)
    assert state() == before


@pytest.mark.parametrize("kind", ["member", "reviewer", "superuser"])
def test_a31_no_link_signs_anybody_out(cast: Cast, kind: str) -> None:
    for address in sorted({route.template for route in routes() if not route.names}):
        client = cast.client(kind)
        answer = client.get(address)
        assert "_auth_user_id" in client.session, (address, answer.status_code)
