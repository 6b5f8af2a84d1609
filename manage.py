#!/usr/bin/env python
"""Runs the management commands of the installation: a real one where it has a file of settings, else the demonstration.

`DJANGO_SETTINGS_MODULE` names other settings, `PSA_COMMONS_ENV` another file.
"""

import sys

from config import environment


def main() -> None:
    """Hand the command line to Django."""
    if sys.argv[1:2] == ["install"]:
        from config import first_settings

        first_settings.provide()
    environment.settle()
    from django.core.management import execute_from_command_line

    if sys.argv[1:2] == ["worker"]:
        from config import refusals

        refusals.refuse_to_start()
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
