"""Signing in by a real identity provider, a process of its own, and by one that lies."""

import datetime
import importlib
import time
import urllib.error
import urllib.request
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialToken
from django.core import mail
from django.test import Client
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from config import identity
from config.settings.base import SECURE_CSP
from people.choices import InvitationState
from people.models import Invitation, User
from people.viewers import viewer_of
from tests.factories import make_circle, make_entry, make_organisation, make_user
from tests.identity_provider import CLIENT, SECRET, next_time, running

pytestmark = pytest.mark.django_db
START = "/account/oidc/sso/login/"


@pytest.fixture(autouse=True)
def usual_addresses() -> None:
    """Read the addresses of a site without a provider before a test gives it one."""
    importlib.import_module("config.urls")


@pytest.fixture(scope="module")
def issuer():
    with running() as address:
        yield address


class Straight(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args: object, **kwargs: object) -> None:
        return None


@pytest.fixture
def provider(settings, issuer: str, usual_addresses: None) -> str:
    """Return the provider of the site, at its best behaviour."""
    next_time(issuer)
    known = identity.provider({"OIDC_ISSUER": issuer, "OIDC_CLIENT_ID": CLIENT, "OIDC_CLIENT_SECRET": SECRET})
    settings.IDENTITY_PROVIDER = known
    settings.SOCIALACCOUNT_PROVIDERS = identity.providers(known)
    settings.SECURE_CSP_SIGN_IN = identity.sign_in_policy(SECURE_CSP, known)
    settings.ROOT_URLCONF = "tests.people.identity.addresses"
    return issuer


def come_back(client: Client, start: str = START) -> str:
    """Go to the provider; return the address with which it sends the browser back."""
    away = client.post(start)
    assert away.status_code == 302
    try:
        urllib.request.build_opener(Straight).open(away.url, timeout=5)
    except urllib.error.HTTPError as answer:
        with answer:
            return answer.headers["Location"].removeprefix("http://testserver")
    raise AssertionError("the provider did not send the browser back")


def sign_in(client: Client):
    return client.get(come_back(client))


def who(client: Client) -> str | None:
    return client.session.get("_auth_user_id")


def with_address(verified: bool = True, **options) -> User:
    user = make_user("ada@example.org", **options)
    EmailAddress.objects.create(user=user, email=user.email, verified=verified, primary=True)
    return user


def test_somebody_new_becomes_a_learner_of_whom_little_is_kept(client: Client, provider: str) -> None:
    assert sign_in(client).status_code == 302
    user = User.objects.get(email="ada@example.org")
    assert who(client) == str(user.pk)
    assert user.name == "Ada Example"
    assert not user.has_usable_password()
    assert not user.memberships.exists()
    assert SocialAccount.objects.get().extra_data == {}
    assert not SocialToken.objects.exists()
    assert EmailAddress.objects.get().verified
    assert client.get("/you/").status_code == 200
    client.post(reverse("account_logout"))
    sign_in(client)
    assert who(client) == str(user.pk)
    assert User.objects.count() == 1


CLAIMED = {
    **{"roles": ["administrator"], "groups": ["/administrators"], "is_superuser": True, "is_staff": True, "pk": 1},
    **{"organisation": "Police", "org": "Police", "circles": ["Home"], "member": True},
}


def test_somebody_new_gets_the_rights_of_a_learner_whatever_the_provider_says_of_them(
    client: Client, provider: str
) -> None:
    circle = make_circle()
    invitation = Invitation.objects.create(
        organisation=make_organisation(circles=[circle]),
        email="ada@example.org",
        contact_point=True,
        digest="0" * 64,
        invited_by=make_user(roles=["administrator"]),
        expires_at=timezone.now() + datetime.timedelta(days=9),
    )
    closed = [make_entry(label=label, circles=[circle]) for label in ("TLP:GREEN", "TLP:AMBER", "TLP:AMBER+STRICT")]
    next_time(provider, claims=CLAIMED, userinfo=CLAIMED)
    sign_in(client)
    user = User.objects.get(email="ada@example.org")
    assert who(client) == str(user.pk)
    viewer = viewer_of(user)
    assert (viewer.vetted, viewer.organisations, viewer.circles, viewer.roles) == (False, *(frozenset(),) * 3)
    assert not user.is_superuser
    assert not user.memberships.exists() and not user.role_assignments.exists()
    invitation.refresh_from_db()
    assert invitation.state == InvitationState.OPEN  # it takes the key that was sent
    assert client.get(make_entry().get_absolute_url()).status_code == 200
    for address in [*(entry.get_absolute_url() for entry in closed), "/admin/", "/marking/", "/spills/"]:
        assert client.get(address).status_code == 404, address


def test_whoever_is_signed_in_gives_none_of_their_rights_to_somebody_new(client: Client, provider: str) -> None:
    other = make_user(roles=["administrator"])
    client.force_login(other)
    sign_in(client)
    new = User.objects.get(email="ada@example.org")
    assert SocialAccount.objects.get().user == new
    assert who(client) == str(new.pk)
    assert not viewer_of(new).vetted


def test_an_account_with_the_same_verified_address_is_the_same_person(client: Client, provider: str) -> None:
    user = with_address()
    sign_in(client)
    assert who(client) == str(user.pk)
    assert SocialAccount.objects.get().user == user
    # Later the number counts, whatever the address has become.
    client.post(reverse("account_logout"))
    next_time(provider, userinfo={"email": "new@example.org"})
    sign_in(client)
    assert who(client) == str(user.pk)


def test_an_account_whose_own_address_is_not_verified_is_not_taken_over(client: Client, provider: str) -> None:
    with_address(verified=False)
    sign_in(client)
    assert who(client) is None
    assert not SocialAccount.objects.exists()


@pytest.mark.parametrize("said", [False, None, "true", "false", 1])
def test_an_address_that_the_provider_has_not_verified_opens_nothing(client: Client, provider: str, said) -> None:
    with_address()
    next_time(provider, userinfo={"email_verified": said})
    answer = sign_in(client)
    assert answer.status_code == 401
    assert "has not verified your e-mail address" in answer.content.decode()
    assert who(client) is None
    assert not SocialAccount.objects.exists()


LIES = {
    "wrong nonce": {"claims": {"nonce": "another"}},
    "no nonce": {"without": ["nonce"]},
    "another audience": {"claims": {"aud": "another-site"}},
    "several audiences, made for another": {"claims": {"aud": [CLIENT, "another"], "azp": "another"}},
    "another issuer": {"claims": {"iss": "https://evil.example"}},
    "expired": {"claims": {"exp": int(time.time()) - 600}},
    "never expires": {"without": ["exp"]},
    "from the future": {"claims": {"iat": int(time.time()) + 86_400}},
    "no person": {"without": ["sub"]},
    "another key": {"other_key": True},
    "no signature": {"unsigned": True},
    "another person at userinfo": {"userinfo": {"sub": "number-2"}},
    "another name of the provider": {},
}


@pytest.mark.parametrize("roles", [[], ["curator"], ["reviewer"], ["administrator"]])
@pytest.mark.parametrize("lie", sorted(set(LIES) - {"another name of the provider"}))
def test_a_token_that_lies_opens_nothing(client: Client, provider: str, lie: str, roles: list[str]) -> None:
    with_address(roles=roles)
    next_time(provider, **LIES[lie])
    answer = sign_in(client)
    assert answer.status_code == 401
    assert "did not answer as it should" in answer.content.decode()
    assert who(client) is None
    assert not SocialAccount.objects.exists()


def test_a_provider_that_calls_itself_otherwise_is_not_asked(client: Client, provider: str) -> None:
    next_time(provider, issuer="https://evil.example")
    answer = client.post(START)
    assert answer.status_code == 401
    assert "did not answer as it should" in answer.content.decode()


@pytest.mark.parametrize("state", ["made-up", ""])
def test_a_wrong_state_opens_nothing(client: Client, provider: str, state: str) -> None:
    next_time(provider, state=state)
    assert sign_in(client).status_code == 401
    assert who(client) is None


def test_the_answer_to_one_browser_opens_nothing_in_another(client: Client, provider: str) -> None:
    address = come_back(client)
    victim = Client()
    assert victim.get(address).status_code == 401
    assert who(victim) is None
    assert client.get(address).status_code == 302
    assert client.get(address).status_code == 401  # a second time


def test_whoever_stops_there_is_told_so(client: Client, provider: str) -> None:
    next_time(provider, refuses=True)
    page = client.get(come_back(client), follow=True)
    assert "You stopped signing in" in page.content.decode()
    assert who(client) is None


def test_a_provider_that_is_away_is_said_to_be(client: Client, provider: str, settings) -> None:
    known = {**settings.IDENTITY_PROVIDER, "issuer": "http://localhost:9"}
    settings.IDENTITY_PROVIDER, settings.SOCIALACCOUNT_PROVIDERS = known, identity.providers(known)
    assert "did not answer as it should" in client.post(START).content.decode()


def test_a_visitor_cannot_change_the_question(client: Client, provider: str) -> None:
    away = client.post(
        START + "?auth_params=nonce%3Dmine%26redirect_uri%3Dhttps://evil.example&scope=all&process=connect"
    )
    asked = parse_qs(urlsplit(away.url).query)
    assert asked["redirect_uri"] == ["http://testserver/account/oidc/sso/login/callback/"]
    assert asked["nonce"] != ["mine"]
    assert set(asked["scope"][0].split()) == {"openid", "profile", "email"}


def test_one_address_is_registered_whatever_the_language(client: Client, provider: str) -> None:
    asked = parse_qs(urlsplit(client.post("/fr" + START).url).query)
    assert asked["redirect_uri"] == ["http://testserver/account/oidc/sso/login/callback/"]


def test_a_closed_account_stays_closed(client: Client, provider: str) -> None:
    user = with_address()
    user.is_active = False
    user.save()
    sign_in(client)
    assert who(client) is None


STRONG = [{"amr": ["pwd", "mfa"]}, {"acr": "https://refeds.org/profile/mfa"}]
WEAK = [{}, {"amr": ["pwd"]}, {"amr": "mfa"}, {"acr": "mfa"}]


@pytest.mark.parametrize("claims", [*STRONG, *WEAK])
@pytest.mark.parametrize("trusted", [True, False])
def test_the_second_factor_of_the_provider_counts_only_where_it_is_trusted(
    client: Client, provider: str, settings, claims: dict, trusted: bool
) -> None:
    settings.DEMONSTRATION = False
    settings.IDENTITY_PROVIDER = {**settings.IDENTITY_PROVIDER, "trust_second_factor": trusted}
    user = with_address(roles=["curator"])
    Authenticator.objects.create(user=user, type="totp", data={"secret": "JBSWY3DPEHPK3PXP"})
    next_time(provider, claims=claims)
    answer = sign_in(client)
    if trusted and claims in STRONG:
        assert who(client) == str(user.pk)
    else:
        assert answer.url == reverse("mfa_authenticate")
        assert who(client) is None
    # And without a factor of one's own, only a trusted one opens more than enrolment.
    Authenticator.objects.all().delete()
    other = Client()
    sign_in(other)
    assert (other.get("/you/").status_code == 200) == (trusted and claims in STRONG)


def test_a_password_afterwards_does_not_inherit_that_trust(client: Client, provider: str, settings) -> None:
    from people.factors import TRUSTED_SESSION_KEY

    settings.IDENTITY_PROVIDER = {**settings.IDENTITY_PROVIDER, "trust_second_factor": True}
    with_address()
    next_time(provider, claims=STRONG[0])
    sign_in(client)
    assert client.session[TRUSTED_SESSION_KEY]
    client.post(reverse("account_logout"))
    assert TRUSTED_SESSION_KEY not in client.session


def test_the_form_may_be_sent_on_to_the_provider_from_the_login_alone(client: Client, provider: str) -> None:
    assert f"form-action 'self' {provider}" in client.get("/account/login/").headers["Content-Security-Policy"]
    assert provider not in client.get("/").headers["Content-Security-Policy"]


def test_without_a_provider_nothing_of_it_is_there(client: Client) -> None:
    assert client.get(START).status_code == 404
    assert client.get("/account/3rdparty/").status_code == 404
    with pytest.raises(NoReverseMatch):
        reverse("openid_connect_login", kwargs={"provider_id": "sso"})
    assert "EU Login" not in client.get("/account/login/").content.decode()
    assert mail.outbox == []
