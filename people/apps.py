"""The people app, and Wagtail's users app with our own views of accounts."""

from django.apps import AppConfig
from wagtail.users.apps import WagtailUsersAppConfig


class PeopleConfig(AppConfig):
    """Users, organisations, circles and roles."""

    name = "people"
    default_auto_field = "django.db.models.BigAutoField"
    default = True

    def ready(self) -> None:
        """Connect what listens (visits, the audit log, mails), and make the own notices and data known."""
        from people import audit_alarm, audit_receivers, letters, notice_mail, own_data, receivers, signing, visits
        from people.mailing import leaving

        visits.connect()
        signing.connect()
        receivers.connect(self)
        own_data.register()
        audit_receivers.connect()
        audit_alarm.register()
        letters.register()
        leaving.connect(notice_mail.still_due, dispatch_uid="people.notice_still_due")


class AccountsConfig(WagtailUsersAppConfig):
    """Wagtail's users app, whose list and forms of accounts are ours."""

    user_viewset = "people.viewsets.UserViewSet"
    default = False
