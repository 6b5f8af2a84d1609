"""a32: what a visitor writes into headers decides nothing, neither the host nor the network it comes from."""

import pytest
from django.test import Client

from people.middleware import AdminNetworkMiddleware
from tests.factories import make_user

INSIDE, OUTSIDE = "192.0.2.10", "203.0.113.9"
WHO = {
    "anonymous": {},
    "learner": {"member": False},
    "member": {},
    "curator": {"roles": ["curator"]},
    "reviewer": {"roles": ["reviewer"]},
    "trainer": {"roles": ["trainer"]},
    "administrator": {"roles": ["administrator"]},
    "superuser": {"superuser": True},
}
pytestmark = pytest.mark.django_db


@pytest.fixture
def confined(settings) -> None:
    settings.ADMIN_NETWORKS = ["192.0.2.0/24", "2001:db8::/32"]


def browser(who: str, address: str) -> Client:
    client = Client(REMOTE_ADDR=address)
    if who != "anonymous":
        client.force_login(make_user(**WHO[who]))
    return client


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize("path", ["/admin", "/admin/", "/admin/login/", "/admin/pages/", "/admin/nothing/"])
def test_a32_from_elsewhere_the_editing_interface_does_not_exist(confined, who: str, path: str) -> None:
    client = browser(who, OUTSIDE)
    like = path.replace("admin", "no-such-page")
    for method in (client.get, client.post):
        answer, unknown = method(path), method(like)
        assert answer.status_code == unknown.status_code
        assert answer.content == unknown.content.replace(b"no-such-page", b"admin")
    assert client.get(path, follow=True).status_code == 404


@pytest.mark.parametrize("who", ["curator", "reviewer", "administrator"])
@pytest.mark.parametrize("address", [INSIDE, "2001:db8::7", "::ffff:192.0.2.10"])
def test_a32_from_a_named_network_it_opens(confined, who: str, address: str) -> None:
    assert browser(who, address).get("/admin/").status_code == 200


@pytest.mark.parametrize("header", ["X-Forwarded-For", "X-Real-Ip", "Forwarded", "Client-Ip"])
def test_a32_a_forged_address_is_not_believed_without_a_proxy(confined, header: str) -> None:
    assert browser("curator", OUTSIDE).get("/admin/", headers={header: INSIDE}).status_code == 404


def test_a32_behind_a_proxy_only_what_the_proxy_added_counts(confined, settings) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    near = browser("curator", "127.0.0.1")
    assert near.get("/admin/", headers={"X-Forwarded-For": f"{OUTSIDE}, {INSIDE}"}).status_code == 200
    assert near.get("/admin/", headers={"X-Forwarded-For": f"{INSIDE}, {OUTSIDE}"}).status_code == 404
    assert near.get("/admin/", headers={"X-Forwarded-For": "not an address"}).status_code == 404


def test_a32_without_networks_nothing_is_confined(settings) -> None:
    assert AdminNetworkMiddleware(lambda request: None).networks == []  # type: ignore[arg-type,return-value]  # never called
    assert browser("curator", OUTSIDE).get("/admin/").status_code == 200


@pytest.mark.parametrize("path", ["/", "/account/login/", "/admin/"])
def test_a32_another_host_is_refused(client: Client, path: str) -> None:
    assert client.get(path, headers={"Host": "evil.example"}).status_code == 400


def test_a32_a_forwarded_host_or_scheme_changes_no_address(client: Client) -> None:
    forged = {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https", "X-Forwarded-Port": "444"}
    assert client.get("/sitemap.xml", headers=forged).content == client.get("/sitemap.xml").content
    assert "evil" not in client.get("/admin/", headers=forged).headers["Location"]
