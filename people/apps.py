"""The people app, and Wagtail's users app with our own views of accounts."""

from django.apps import AppConfig
from wagtail.users.apps import WagtailUsersAppConfig


class PeopleConfig(AppConfig):
    """Users, organisations, circles and roles."""

    name = "people"
    default_auto_field = "django.db.models.BigAutoField"
    default = True

    def ready(self) -> None:
        """Connect the receivers, once the models are there."""
        from people import audit_receivers

        audit_receivers.connect()


class AccountsConfig(WagtailUsersAppConfig):
    """Wagtail's users app, whose list and forms of accounts are ours."""

    user_viewset = "people.viewsets.UserViewSet"
    default = False
