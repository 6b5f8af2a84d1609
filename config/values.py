"""How is one text of the environment read as what it stands for, and what is said where it cannot be?

Each kind is a function from a text to a value; it raises Unfit with the half of a sentence that follows the name of
the setting. Python's standard library only.
"""

import re
from collections.abc import Callable
from email.utils import parseaddr
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

HOST = re.compile(
    r"(?=.{1,253}\Z)[A-Za-z0-9](?:[A-Za-z0-9-]{0,62}(?<!-))?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,62}(?<!-))?)*"
)
IPV6 = re.compile(r"\[[0-9A-Fa-f:.]+\]")
ADDRESS = re.compile(r"[^@\s<>,;]+@[^@\s<>,;]+\.[^@\s<>,;.]+|[^@\s<>,;]+@localhost")
SHORTEST_KEY = 40  # characters
FEWEST_SIGNS = 10  # different ones in a key
# What libpq understands and what may be safely said in an address; anything else is a slip of the pen.
DATABASE_OPTIONS = (
    "sslmode",
    "sslrootcert",
    "sslcert",
    "sslkey",
    "connect_timeout",
    "application_name",
    "target_session_attrs",
)
SSL_MODES = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")


class Unfit(ValueError):
    """A value that cannot be used; the message follows the name of its setting."""


def text(value: str) -> str:
    """Return one line of text."""
    if not value.isprintable():
        raise Unfit("holds a sign that cannot be printed")
    return value


def secret(value: str) -> str:
    """Return a key that nobody can guess. The refusal never repeats it."""
    if "demonstration" in value or value == "only-for-tests" or "invented" in value:
        raise Unfit("is the demonstration's or an example's; it must be a random text of at least 40 characters")
    if len(value) < SHORTEST_KEY or len(set(value)) < FEWEST_SIGNS or not value.isprintable():
        raise Unfit(f"must be a random text of at least {SHORTEST_KEY} characters")
    return value


def secrets(value: str) -> list[str]:
    """Return several keys, parted by spaces."""
    return [secret(part) for part in value.split()]


def yes_or_no(value: str) -> bool:
    """Return what 1, yes, true, on or 0, no, false, off stand for."""
    word = value.lower()
    if word in {"1", "yes", "true", "on"}:
        return True
    if word in {"0", "no", "false", "off"}:
        return False
    raise Unfit(f"is {value!r}; give 1 for yes or 0 for no")


def whole_number(lowest: int, highest: int) -> Callable[[str], int]:
    """Return a reader of whole numbers within bounds."""

    def whole(value: str) -> int:
        if not re.fullmatch(r"[0-9]{1,9}", value) or not lowest <= int(value) <= highest:
            raise Unfit(f"is {value!r}; give a whole number from {lowest} to {highest}")
        return int(value)

    return whole


def one_of(*words: str) -> Callable[[str], str]:
    """Return a reader of one of a few words."""

    def word(value: str) -> str:
        if value not in words:
            raise Unfit(f"is {value!r}; give one of {', '.join(words)}")
        return value

    return word


def host(value: str) -> str:
    """Return the name or address of one machine."""
    if not HOST.fullmatch(value) and not IPV6.fullmatch(value):
        raise Unfit(f"names {value!r}, which is no host name; leave out https://, ports, paths and wildcards")
    return value


def is_this_machine(value: str) -> bool:
    """Is this the name or an address by which a machine calls itself?"""
    try:
        return value.lower() == "localhost" or ip_address(value.strip("[]")).is_loopback
    except ValueError:
        return False


def hosts(value: str) -> list[str]:
    """Return host names, parted by commas."""
    named = [part.strip().lower() for part in value.split(",") if part.strip()]
    if not named:
        raise Unfit("names no host")
    return [host(part) for part in named]


def contact(value: str) -> str:
    """Return an address under which people can be told something: `mailto:` or `https://`."""
    scheme, _colon, rest = value.partition(":")
    fit = ADDRESS.fullmatch(rest) if scheme == "mailto" else scheme == "https" and urlsplit(value).hostname
    if not fit or not value.isprintable() or " " in value:
        raise Unfit(f"is {value!r}; give mailto:security@example.org or https://example.org/security")
    return value


def issuer(value: str) -> str:
    """Return the name of an identity provider, exactly as it gives it: an address with https://."""
    parts = urlsplit(value)
    if parts.scheme != "https" or not parts.hostname or parts.query or parts.fragment:
        raise Unfit(f"is {value!r}; give its address as it names itself, as in https://login.example.org/realm")
    host(parts.hostname)
    return value


def networks(value: str) -> list[str]:
    """Return networks or single addresses, parted by commas."""
    named = [part.strip() for part in value.split(",") if part.strip()]
    try:
        return [str(ip_network(part)) for part in named]
    except ValueError as error:
        raise Unfit(f"holds what is no network ({error}); give them as in 192.0.2.0/24, 2001:db8::/32") from None


def site_address(value: str) -> str:
    """Return the address of the site, without a slash at its end."""
    form = f"is {value!r}; give https:// and a host name, as in https://commons.example.org"
    try:
        parts = urlsplit(value)
        port = parts.port
    except ValueError:
        raise Unfit(form) from None
    if parts.scheme != "https" or not parts.hostname or parts.path.strip("/") or parts.query or parts.fragment:
        raise Unfit(form)
    if "@" in parts.netloc:
        raise Unfit("holds a login; give https:// and a host name alone")
    named = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"https://{host(named)}" + (f":{port}" if port else "")


def email(value: str) -> str:
    """Return an e-mail address, with or without a name: `PSA Commons <no-reply@example.org>`."""
    _name, address = parseaddr(value)
    whole = value.strip() == address or value.strip().endswith(f"<{address}>")
    if not whole or not ADDRESS.fullmatch(address) or not value.isprintable():
        raise Unfit(f"is {value!r}; give an e-mail address, as in PSA Commons <no-reply@example.org>")
    return value


def folder(value: str) -> Path:
    """Return the path of a folder, from the root of the file system."""
    if not value.startswith("/") or "\0" in value or ".." in Path(value).parts:
        raise Unfit(f"is {value!r}; give a path from the root, as in /var/lib/psa-commons")
    return Path(value)


def listening(value: str) -> str:
    """Return where the web server listens: `address:port`, or `unix:` and the path of a socket."""
    if value.startswith("unix:/"):
        return value
    place, _colon, port = value.rpartition(":")
    if not place or not re.fullmatch(r"[0-9]{1,5}", port) or not 1 <= int(port) <= 65535:
        raise Unfit(f"is {value!r}; give address:port, as in 127.0.0.1:8000, or unix:/path/of/a/socket")
    host(place)
    return value


def database(value: str) -> dict[str, Any]:
    """Return the parts of a PostgreSQL address, by the names that Django gives them.

    Options after the question mark are those of libpq, from a short list; `host` may name the folder of a socket. The
    refusal never repeats the password.
    """
    form = "give postgresql://user:password@host:port/name"
    try:
        parts = urlsplit(value)
        port = parts.port
    except ValueError:
        raise Unfit(f"cannot be read; {form}") from None
    if parts.scheme not in {"postgres", "postgresql"}:
        raise Unfit(f"begins with {parts.scheme!r}; {form}")
    name = unquote(parts.path.lstrip("/"))
    if not name or "/" in name or parts.fragment:
        raise Unfit(f"names no database, or holds a sign (# / ? @ :) that must be written as %23 and the like; {form}")
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    server = options.pop("host", "") or unquote(parts.hostname or "")
    strange = sorted(options.keys() - set(DATABASE_OPTIONS))
    if strange:
        raise Unfit(f"has the option {strange[0]!r}; known are host, {', '.join(DATABASE_OPTIONS)}")
    if options.get("sslmode", "prefer") not in SSL_MODES:
        raise Unfit(f"has sslmode {options['sslmode']!r}; known are {', '.join(SSL_MODES)}")
    if not re.fullmatch(r"[0-9]{1,4}", options.get("connect_timeout", "5")):
        raise Unfit("has a connect_timeout that is no number of seconds")
    return {
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": server,
        "PORT": str(port or ""),
        "OPTIONS": options,
    }
