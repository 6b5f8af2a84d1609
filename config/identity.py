"""Which settings follow from the identity provider that the environment names?"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

PROVIDER_CLASS = "people.identity.tokens.Provider"


def provider(given: Mapping[str, Any]) -> dict[str, object]:
    """Return what is known of the provider from the variables named OIDC_…; nothing where none is named."""
    if not given.get("OIDC_ISSUER"):
        return {}
    return {
        "issuer": given["OIDC_ISSUER"],
        "client_id": given["OIDC_CLIENT_ID"],
        "client_secret": given["OIDC_CLIENT_SECRET"],
        "name": given.get("OIDC_NAME") or "EU Login",
        "trust_second_factor": given.get("OIDC_TRUST_SECOND_FACTOR") in {True, "1"},
    }


def providers(known: Mapping[str, object]) -> dict[str, dict[str, object]]:
    """Return allauth's setting for it."""
    app = {
        "provider_id": "sso",
        "name": known.get("name"),
        "client_id": known.get("client_id"),
        "secret": known.get("client_secret"),
        # A final slash belongs to the name of the provider, not to the address below which it describes itself.
        "settings": {"server_url": str(known.get("issuer", "")).rstrip("/")},
    }
    return {"openid_connect": {"provider_class": PROVIDER_CLASS, "APPS": [app] if known else []}}


def sign_in_policy(policy: Mapping[str, list[str]], known: Mapping[str, object]) -> dict[str, list[str]]:
    """Return the Content-Security-Policy of the page for signing in: browsers ask it where a form may be sent on to."""
    if not known:
        return dict(policy)
    parts = urlsplit(str(known["issuer"]))
    return {**policy, "form-action": [*policy["form-action"], f"{parts.scheme}://{parts.netloc}"]}
