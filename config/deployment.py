"""Would a real installation start, and does Django find it safe? `make check` asks, with invented values."""

import os

INVENTED = {
    "DJANGO_SETTINGS_MODULE": "config.settings.production",
    "SECRET_KEY": "invented-for-the-check-0123456789-ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "ALLOWED_HOSTS": "commons.example.org",
    "EMAIL_HOST": "mail.example.org",
    "DEFAULT_FROM_EMAIL": "PSA Commons <no-reply@example.org>",
}


def main() -> None:
    """Run `check --deploy` with production settings; it exits with 1 on any warning."""
    os.environ.update(INVENTED)
    from django.core.management import execute_from_command_line

    execute_from_command_line(["manage.py", "check", "--deploy", "--fail-level", "WARNING"])


if __name__ == "__main__":
    main()
