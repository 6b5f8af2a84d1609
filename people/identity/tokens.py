"""Is what the identity provider says about somebody true, meant for us, fresh, and the answer to our question?

OpenID Connect Core 1.0, section 3.1.3.7. allauth leaves out the signature where the token came straight from the
provider, and sends no nonce; both are asked for here.
"""

import hashlib
from collections.abc import Mapping
from typing import Any

from allauth.socialaccount.internal import jwtkit
from allauth.socialaccount.models import SocialLogin, SocialToken
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.http import HttpRequest
from django.utils import translation
from django.utils.crypto import constant_time_compare

ALGORITHMS = frozenset({"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"})
NEEDED = ("sub", "exp", "iat", "nonce")
# Words for "with a second factor": RFC 8176, and the profile of REFEDS.
STRONG_METHOD = "mfa"
STRONG_CONTEXT = "https://refeds.org/profile/mfa"


def nonce_for(verifier: str) -> str:
    """Return the nonce of one sign-in; its secret stands in the session that asked."""
    return hashlib.sha256(f"nonce:{verifier}".encode()).hexdigest()


def is_strong(claims: Mapping[str, Any]) -> bool:
    """Does the provider say that somebody proved twice who they are?"""
    methods = claims.get("amr")
    named = isinstance(methods, list) and STRONG_METHOD in methods
    return named or claims.get("acr") == STRONG_CONTEXT


class CheckedAdapter(OpenIDConnectOAuth2Adapter):
    """Asks the provider, and believes nothing that was not checked."""

    expected_nonce = ""

    @property
    def openid_config(self) -> dict[str, Any]:
        """Return what the provider says about itself. Raises OAuth2Error where it is somebody else."""
        config: dict[str, Any] = super().openid_config
        if config.get("issuer") != settings.IDENTITY_PROVIDER["issuer"]:
            raise OAuth2Error("The provider gives another name than the settings")
        return config

    def get_callback_url(self, request: HttpRequest, app: Any) -> str:
        """Return the one address to register with the provider, in whichever language somebody reads."""
        with translation.override(settings.LANGUAGE_CODE):
            url: str = super().get_callback_url(request, app)
        return url

    def get_access_token_data(
        self, request: HttpRequest, app: Any, client: Any, pkce_code_verifier: str | None = None
    ) -> Any:
        """Fetch the tokens, and remember which nonce they must name."""
        self.expected_nonce = nonce_for(pkce_code_verifier or "")
        return super().get_access_token_data(request, app, client, pkce_code_verifier=pkce_code_verifier)

    def complete_login(self, request: HttpRequest, app: Any, token: SocialToken, **kwargs: Any) -> SocialLogin:
        """Return who signed in. Raises OAuth2Error for whatever the provider should not have sent."""
        try:
            claims = self._decode_id_token(app, kwargs["response"]["id_token"])
            told = self._fetch_user_info(token.token)
            if not isinstance(told, dict) or told.get("sub") != claims["sub"]:
                raise OAuth2Error("The provider speaks of two people")
            login: SocialLogin = self.get_provider().sociallogin_from_response(request, {"userinfo": told})
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise OAuth2Error("The provider's answer cannot be read") from error
        # Read by `people.identity.accounts`, in this request.
        request.identity_is_strong = is_strong(claims)  # type: ignore[attr-defined]  # read again by FactorStage, in the same request
        return login

    def _decode_id_token(self, app: Any, id_token: str) -> dict[str, Any]:
        if jwtkit.jwt.get_unverified_header(id_token).get("alg") not in ALGORITHMS:
            raise OAuth2Error("The token is not signed in a way that is accepted")
        claims: dict[str, Any] = jwtkit.verify_and_decode(
            credential=id_token,
            keys_url=self.openid_config["jwks_uri"],
            issuer=self.openid_config["issuer"],
            audience=app.client_id,
            lookup_kid=jwtkit.lookup_kid_jwk,
        )
        if any(name not in claims for name in NEEDED):
            raise OAuth2Error("The token lacks what it must say")
        # For several audiences the token must say which of them it was made for.
        if claims.get("azp", app.client_id) != app.client_id:
            raise OAuth2Error("The token was made for another site")
        if not constant_time_compare(str(claims["nonce"]), self.expected_nonce):
            raise OAuth2Error("The token answers another question")
        return claims


class Provider(OpenIDConnectProvider):
    """The identity provider of the installation. What a visitor writes into the address changes no question to it."""

    oauth2_adapter_class = CheckedAdapter
    pkce_enabled_default = True

    def get_pkce_params(self) -> dict[str, Any]:
        """Return the parameters of RFC 7636, and with them the nonce, which hangs on the same secret."""
        found: dict[str, Any] = super().get_pkce_params()
        return {**found, "nonce": nonce_for(found["code_verifier"])}

    def get_auth_params_from_request(self, request: HttpRequest, action: Any) -> dict[str, Any]:
        """Return our own parameters only."""
        params: dict[str, Any] = self.get_auth_params()
        return params

    def get_scope_from_request(self, request: HttpRequest) -> list[str]:
        """Return our own scope only."""
        scope: list[str] = self.get_scope()
        return scope

    def get_redirect_from_request_kwargs(self, request: HttpRequest) -> dict[str, Any]:
        """Have every way lead to signing in; accounts are never connected otherwise."""
        return {**super().get_redirect_from_request_kwargs(request), "process": "login"}

    def extract_extra_data(self, data: Any) -> dict[str, Any]:
        """Keep nothing of what the provider tells about a person."""
        return {}

    def extract_email_addresses(self, data: Any) -> list[Any]:
        """Return the address, verified only where the provider says so in so many words."""
        addresses: list[Any] = super().extract_email_addresses(data)
        for address in addresses:
            address.verified = address.verified is True
        return addresses


provider_classes = [Provider]
