"""Is an identity provider asked where it describes itself?"""

import pytest

from config import identity


@pytest.mark.parametrize("issuer", ["https://login.example.org/realm", "https://login.example.org/realm/"])
def test_a_final_slash_belongs_to_the_name_and_not_to_the_address_of_discovery(issuer: str) -> None:
    known = identity.provider({"OIDC_ISSUER": issuer, "OIDC_CLIENT_ID": "x", "OIDC_CLIENT_SECRET": "y"})
    assert known["issuer"] == issuer
    (app,) = identity.providers(known)["openid_connect"]["APPS"]  # type: ignore[misc]  # a list of one
    assert app["settings"] == {"server_url": "https://login.example.org/realm"}
