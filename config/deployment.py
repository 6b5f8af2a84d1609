"""Would a real installation's settings hold, and does Django find them safe? `make check` asks, with invented ones.

What depends on the machine, database and folders, is not asked: there is no installation here. On one,
`manage.py check --deploy` asks everything.
"""

import os

INVENTED = {
    "DJANGO_SETTINGS_MODULE": "config.settings.production",
    "PSA_COMMONS_ENV": "",
    "SECRET_KEY": "for-the-check-only-0123456789-ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "ALLOWED_HOSTS": "commons.example.org",
    "EMAIL_HOST": "mail.example.org",
    "DEFAULT_FROM_EMAIL": "PSA Commons <no-reply@example.org>",
}


def main() -> None:
    """Run `check --deploy` with production settings; it exits with 1 on any warning."""
    os.environ.update(INVENTED)
    import django
    from django.core.checks.registry import registry
    from django.core.management import execute_from_command_line

    django.setup()
    from config import refusals

    others = [one for one in registry.deployment_checks if one is not refusals.check]
    registry.deployment_checks = set(others)
    execute_from_command_line(["manage.py", "check", "--deploy", "--fail-level", "WARNING"])


if __name__ == "__main__":
    main()
