"""The people app, and Wagtail's users app with our own views of accounts."""

from django.apps import AppConfig
from wagtail.users.apps import WagtailUsersAppConfig


class PeopleConfig(AppConfig):
    """Users, organisations, circles and roles."""

    name = "people"
    default_auto_field = "django.db.models.BigAutoField"
    default = True

    def ready(self) -> None:
        """Have every sign-in begin a visit, and connect the receivers once the models are there."""
        from people import own_data, receivers, signing, visits

        visits.connect()
        signing.connect()
        receivers.connect(self)
        own_data.register()


class AccountsConfig(WagtailUsersAppConfig):
    """Wagtail's users app, whose list and forms of accounts are ours."""

    user_viewset = "people.viewsets.UserViewSet"
    default = False
