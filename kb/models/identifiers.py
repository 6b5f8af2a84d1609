"""By which identifiers are things told apart that readers and other systems name?"""

import secrets
import uuid

_ALPHABET = "23456789abcdefghjkmnpqrstvwxyz"


def new_public_id() -> str:
    """Return an opaque identifier of eight characters that says nothing and is easy to read aloud."""
    return "".join(secrets.choice(_ALPHABET) for _position in range(8))


def work_key(text: str) -> uuid.UUID:
    """Return the stable key of a work that is loaded from a source with a key of its own."""
    return uuid.uuid5(uuid.NAMESPACE_URL, f"psa-commons:entry:{text}")
