"""Makes the account of an administrator and prints its one-time link: `manage.py create_administrator EMAIL`."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email
from django.db import DatabaseError
from django.utils import translation

from people import administrators
from people.choices import OrganisationKind


class Command(BaseCommand):
    """A second call for an account that nobody has used renews its link; the link before holds no more."""

    help = "Make an administrator's account and print a link, good for a day and once, to its first password."

    def add_arguments(self, parser: CommandParser) -> None:
        """Ask who it is and where the person works."""
        parser.add_argument("email", help="e-mail address of the person")
        parser.add_argument("--name", default="", help="name of the person")
        parser.add_argument("--organisation", default="Administration", help="made where it is not there")
        parser.add_argument("--country", default="EU", help="of a new organisation: two letters (default: EU)")
        parser.add_argument("--kind", choices=OrganisationKind.values, default=OrganisationKind.AUTHORITY.value)

    def handle(self, *args: Any, **options: Any) -> None:
        """Make the account or renew its link, and print it."""
        email, country = options["email"].strip().lower(), options["country"].strip().upper()
        try:
            validate_email(email)
        except ValidationError:
            raise CommandError(f"{options['email']!r} is no e-mail address.") from None
        if len(country) != 2 or not country.isalpha():
            raise CommandError(f"{options['country']!r} is no country: give two letters, as in ISO 3166-1, or EU.")
        try:
            user = administrators.appoint(
                email=email,
                name=options["name"].strip(),
                organisation=options["organisation"].strip(),
                country=country,
                kind=options["kind"],
            )
        except administrators.NotAppointed as error:
            raise CommandError(str(error)) from error
        except DatabaseError as error:
            raise CommandError(f"The database cannot be used: {' '.join(str(error).split())}") from error
        with translation.override(settings.LANGUAGE_CODE):
            path = administrators.path_of_link(user)
        self.stdout.write(f"Administrator: {user.email}, {options['organisation'].strip()}")
        self.stdout.write("The link to a first password; it holds for 24 hours and once. Give it to nobody else:")
        self.stdout.write(f"  {settings.WAGTAILADMIN_BASE_URL}{path}")
