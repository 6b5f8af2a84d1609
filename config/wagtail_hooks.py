"""What does the installation itself add to the editing interface? The status page, for administrators."""

from typing import Any

from django.http import HttpRequest
from django.urls import URLPattern, path, reverse_lazy
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from config.status import views


@hooks.register("register_admin_urls")
def addresses() -> list[URLPattern]:
    """Add the status page and what can be done there."""
    return [
        path("status/", views.status, name="status"),
        path("status/<slug:kind>/<slug:key>/retry/", views.retry, name="status_retry"),
        path("status/<slug:kind>/<slug:key>/delete/", views.drop, name="status_drop"),
    ]


class StatusItem(MenuItem):
    """The item of the main menu."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Show it to administrators."""
        return views.may_see(request.user)


@hooks.register("register_admin_menu_item")
def menu_item() -> Any:
    """Add the status page to the main menu."""
    return StatusItem(gettext_lazy("Status"), reverse_lazy("status"), name="status", icon_name="history", order=900)
