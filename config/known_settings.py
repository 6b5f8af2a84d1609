"""Which settings does a real installation take, how is each read, and what does it mean?

One table says it: for those who start the site, who install it, and who read the manual. Python's standard library is
all it needs.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from config import values


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
        "from where `/admin/` can be reached, as in `192.0.2.0/24`; elsewhere it answers 404, without a word why; from "
        "everywhere unless given",
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


def table() -> str:
    """Return the table of settings, as the manual shows it."""
    rows = ["| variable | needed | kind | otherwise | meaning |", "|---|---|---|---|---|"]
    for setting in SETTINGS:
        otherwise = f"`{setting.default}`" if setting.default else ""
        needed = "yes" if setting.needed else "no"
        rows.append(f"| `{setting.name}` | {needed} | {setting.kind} | {otherwise} | {setting.meaning} |")
    return "\n".join(rows)
