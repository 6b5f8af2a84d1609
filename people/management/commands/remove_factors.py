"""What for somebody who lost the second factor and the recovery codes? `manage.py remove_factors EMAIL`."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from people import audit, factors
from people.models import User


class Command(BaseCommand):
    """It asks nothing: whoever runs it has made sure who the person is, by telephone and not by mail."""

    help = "Remove the second factors and recovery codes of an account and end its visits; the person is told by mail."

    def add_arguments(self, parser: CommandParser) -> None:
        """Ask whose they are."""
        parser.add_argument("email", help="e-mail address of the account")

    def handle(self, *args: Any, **options: Any) -> None:
        """Remove them and say so."""
        address = options["email"].strip()
        try:
            user = User.objects.filter(email__iexact=address).first()
            if user is None:
                raise CommandError(f"No account has the address {address}.")
            if not factors.remove_all(user):
                raise CommandError(f"{user.email} has no second factor: nothing was removed.")
        except audit.NotRecorded as error:
            raise CommandError("The audit log cannot be written at the moment; nothing was removed.") from error
        except DatabaseError as error:
            raise CommandError(f"The database cannot be used: {' '.join(str(error).split())}") from error
        self.stdout.write(f"{user.email}: no second factor any more, signed out everywhere, told by mail.")
