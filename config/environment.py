"""Which settings does an installation take from its environment, and what is said where one is wrong or missing?

One table says it. The values stand in the environment of the process, or in a file of settings; the environment goes
before the file. Read with Python's standard library only, before anything else: every way in (web server, worker,
`manage.py`) is refused with one line for each problem, and nothing more.
"""

import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

from config import env_file, values

PRODUCTION = "config.settings.production"
DEMONSTRATION = "config.settings.demo"
WITHOUT_FILE = (DEMONSTRATION, "config.settings.test")
USUAL_FILE = Path("/etc/psa-commons/env")
MANUAL = "docs/how-to/install.md"
EXIT_CODE = 3  # the one by which a web process tells gunicorn not to start it again


class Refused(SystemExit):
    """This installation must not start as it is; raising it ends the process with EXIT_CODE."""


@dataclass(frozen=True)
class Setting:
    """One setting: its name, how it is read, whether it is needed, what stands for it otherwise, what it means."""

    name: str
    kind: str
    read: Callable[[str], Any]
    meaning: str
    needed: bool = False
    default: str = ""


SETTINGS = (
    Setting(
        "SECRET_KEY",
        "secret",
        values.secret,
        "signs sessions and links: a random text of at least 40 characters, which `make install` makes",
        needed=True,
    ),
    Setting(
        "SECRET_KEY_FALLBACKS",
        "secrets, parted by spaces",
        values.secrets,
        "earlier keys that still hold while a new one is taken into use",
    ),
    Setting(
        "ALLOWED_HOSTS",
        "host names, parted by commas",
        values.hosts,
        "the names under which the site answers",
        needed=True,
    ),
    Setting(
        "SITE_URL",
        "address",
        values.site_address,
        "the address in links of mails; `https://` and the first of ALLOWED_HOSTS unless given",
    ),
    Setting("EMAIL_HOST", "host name", values.host, "the mail server; `localhost` for this machine's own", needed=True),
    Setting("EMAIL_PORT", "1 to 65535", values.whole_number(1, 65535), "its port", default="587"),
    Setting(
        "EMAIL_SECURITY",
        "`starttls`, `tls` or `none`",
        values.one_of("starttls", "tls", "none"),
        "how the way to it is encrypted; `none` only for a mail server on this machine",
        default="starttls",
    ),
    Setting("EMAIL_HOST_USER", "text", values.text, "login at the mail server"),
    Setting("EMAIL_HOST_PASSWORD", "text", values.text, "and its password"),
    Setting("DEFAULT_FROM_EMAIL", "e-mail address", values.email, "the sender of mails", needed=True),
    Setting(
        "DATABASE_URL",
        "`postgresql://user:password@host:port/name`",
        values.database,
        "PostgreSQL, for content and cache; SQLite files in VAR_DIR unless given",
    ),
    Setting(
        "AUDIT_DATABASE_URL",
        "`postgresql://user:password@host:port/name`",
        values.database,
        "PostgreSQL for the audit log alone; beside the content unless given",
    ),
    Setting(
        "DATABASE_WAIT",
        "1 to 600",
        values.whole_number(1, 600),
        "seconds for which a writer waits for another one; the person is then asked to send the form again",
        default="10",
    ),
    Setting(
        "VAR_DIR",
        "folder",
        values.folder,
        "what running makes: databases, index, media, collected files; `var/` in the project unless given",
    ),
    Setting(
        "BACKUP_PASSPHRASE_FILE",
        "path",
        values.folder,
        "a file whose text seals backups; without it they are plain files, and the command says so",
    ),
    Setting(
        "BEHIND_PROXY",
        "`1` or `0`",
        values.yes_or_no,
        "`1` where exactly one proxy stands before it that sets `X-Forwarded-Proto` and appends to `X-Forwarded-For`",
        default="0",
    ),
    Setting(
        "OIDC_ISSUER",
        "address",
        values.issuer,
        "the identity provider (EU Login, or any by OpenID Connect); without it there is none. The address to register "
        "there is `/account/oidc/sso/login/callback/`",
    ),
    Setting("OIDC_CLIENT_ID", "text", values.text, "by which the site is known there"),
    Setting("OIDC_CLIENT_SECRET", "text", values.text, "and its secret"),
    Setting("OIDC_NAME", "text", values.text, "how people call it", default="EU Login"),
    Setting(
        "OIDC_TRUST_SECOND_FACTOR",
        "`1` or `0`",
        values.yes_or_no,
        "`1` where a second factor that was asked for there counts here (`amr` names `mfa`, or `acr` the profile of "
        "REFEDS)",
        default="0",
    ),
    Setting(
        "SECURITY_CONTACT",
        "address",
        values.contact,
        "whom to tell of a weakness: `mailto:` or `https:`; it makes `/.well-known/security.txt`",
    ),
    Setting(
        "ADMIN_NETWORKS",
        "networks, parted by commas",
        values.networks,
        "where the editing interface can be reached from, as in `192.0.2.0/24`; from everywhere unless given",
    ),
    Setting(
        "IDLE_MINUTES",
        "5 to 240",
        values.whole_number(5, 240),
        "a visit ends after as many minutes without activity; what was typed is kept for its sender",
        default="30",
    ),
    Setting(
        "VISIT_HOURS",
        "1 to 24",
        values.whole_number(1, 24),
        "and after as many hours in any case",
        default="12",
    ),
    Setting(
        "BIND",
        "`address:port` or `unix:/path`",
        values.listening,
        "where the web server listens",
        default="127.0.0.1:8000",
    ),
    Setting("WEB_WORKERS", "1 to 64", values.whole_number(1, 64), "processes of the web server", default="2"),
    Setting("WEB_THREADS", "1 to 64", values.whole_number(1, 64), "threads in each of them", default="4"),
    Setting(
        "LOG_LEVEL",
        "`DEBUG`, `INFO`, `WARNING` or `ERROR`",
        values.one_of("DEBUG", "INFO", "WARNING", "ERROR"),
        "how much is logged",
        default="WARNING",
    ),
)
NAMES = frozenset(setting.name for setting in SETTINGS)


def refuse(problems: list[str]) -> NoReturn:
    """Say each problem in a line of standard error and end the process."""
    for problem in problems:
        print(f"PSA Commons does not start: {problem}", file=sys.stderr, flush=True)
    raise Refused(EXIT_CODE)


def settle() -> None:
    """Choose the settings of a command: those named, else a real installation's where it has a file, else the demo's.

    `DJANGO_SETTINGS_MODULE` and `PSA_COMMONS_ENV` are read here and nowhere else before Django.
    """
    if not os.environ.get("DJANGO_SETTINGS_MODULE"):
        os.environ["DJANGO_SETTINGS_MODULE"] = DEMONSTRATION if file_of_settings() is None else PRODUCTION


def settings_of_production() -> bool:
    """Is this a real installation, as opposed to the demonstration or the tests?"""
    return os.environ.get("DJANGO_SETTINGS_MODULE") not in WITHOUT_FILE


def file_of_settings() -> Path | None:
    """Return the file of settings: the one that is named, else the usual one where it is there, else None.

    The demonstration and the tests have none; a name that is given but empty means that none is to be read.
    """
    if not settings_of_production():
        return None
    named = os.environ.get("PSA_COMMONS_ENV")
    if named is not None:
        return Path(named) if named else None
    try:
        return USUAL_FILE if USUAL_FILE.exists() else None
    except OSError:  # a folder that may not be looked into holds one, for all we know
        return USUAL_FILE


@cache
def variables() -> Mapping[str, str]:
    """Return the environment, and under it what the file of settings says. Refuses a file that cannot be read."""
    path = file_of_settings()
    if path is None:
        return dict(os.environ)
    try:
        stated = env_file.read(path, NAMES)
    except env_file.Unreadable as error:
        refuse(error.problems)
    return {**stated, **os.environ}


def var_dir(default: Path) -> Path:
    """Return the folder for what running makes, whichever settings hold; `read` says whether it is a fit one."""
    return Path(variables().get("VAR_DIR") or default)


def problems_of(given: Mapping[str, str]) -> tuple[dict[str, Any], list[str]]:
    """Return the values of all settings, None for those that are neither given nor have a default, and the problems."""
    found: dict[str, Any] = {}
    problems: list[str] = []
    for setting in SETTINGS:
        stated = given.get(setting.name, "").strip() or setting.default
        found[setting.name] = None
        if not stated:
            if setting.needed:
                problems.append(f"{setting.name} is not set ({setting.meaning}). {MANUAL} lists the settings.")
            continue
        try:
            found[setting.name] = setting.read(stated)
        except values.Unfit as error:
            problems.append(f"{setting.name} {error}.")
    if found["OIDC_ISSUER"]:
        lacking = [name for name in ("OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET") if not found[name]]
        problems += [f"{name} is not set, and OIDC_ISSUER is." for name in lacking]
    return found, problems


@cache
def read() -> Mapping[str, Any]:
    """Return the value of every setting of a real installation; refuse, all problems at once, where one is unfit."""
    found, problems = problems_of(variables())
    if problems:
        refuse(problems)
    return found


def table() -> str:
    """Return the table of settings, as the manual shows it."""
    rows = ["| variable | needed | kind | otherwise | meaning |", "|---|---|---|---|---|"]
    for setting in SETTINGS:
        otherwise = f"`{setting.default}`" if setting.default else ""
        needed = "yes" if setting.needed else "no"
        rows.append(f"| `{setting.name}` | {needed} | {setting.kind} | {otherwise} | {setting.meaning} |")
    return "\n".join(rows)
