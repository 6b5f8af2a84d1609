"""Which address leads where?"""

from typing import Never

from allauth.account.views import logout
from django.http import Http404, HttpRequest
from django.urls import include, path, re_path
from django.views.decorators.http import require_POST
from django.views.generic import RedirectView
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.admin.auth import require_admin_access

from config.urls_closed import handler400, handler404, handler500
from config.urls_closed import urlpatterns as open_patterns
from kb.viewsets.links import PublishedBrowseView, PublishedChosenView, WebLinkView


def _closed(request: HttpRequest, rest: str = "") -> Never:
    """Answer as an address that does not exist."""
    raise Http404


_ONE_SITE = RedirectView.as_view(pattern_name="wagtailadmin_explore_root")
_login = RedirectView.as_view(pattern_name="account_login", query_string=True)

urlpatterns = [
    # Wagtail's own login paths are closed: there is one login, with its limits and second factor.
    path("admin/login/", _login),
    path("_util/login/", _login),
    # And one way out: Wagtail's takes the session's cookie away even where it refuses, so that a link could.
    path("admin/logout/", require_POST(logout)),
    # Lists of Wagtail's that show titles and keywords by permission, not by marking.
    path("admin/reports/<path:rest>", _closed),
    path("admin/tag-autocomplete/<path:rest>", _closed),
    path("admin/tag-autocomplete/", _closed),
    # Wagtail's pages for images, documents and collections, choosers and interface for programs included: none of them
    # asks for a marking. What is uploaded has pages of its own (kb.viewsets.uploads).
    path("admin/images/<path:rest>", _closed),
    path("admin/images/", _closed),
    path("admin/documents/<path:rest>", _closed),
    path("admin/documents/", _closed),
    path("admin/collections/<path:rest>", _closed),
    path("admin/collections/", _closed),
    path("admin/api/main/images/", _closed),
    path("admin/api/main/images/<path:rest>", _closed),
    path("admin/api/main/documents/", _closed),
    path("admin/api/main/documents/<path:rest>", _closed),
    re_path(r"^admin/bulk/(wagtailimages|wagtaildocs)/(?P<rest>.*)$", _closed),
    re_path(r"^admin/bulk/kb/(mediaimage|mediadocument)/(?P<rest>.*)$", _closed),
    # Wagtail's actions on several accounts at once: they reach superusers, and give rights past `people.roles`.
    path("admin/bulk/people/<path:rest>", _closed),
    # To take the task out of use would publish what waits for its review.
    path("admin/workflows/tasks/disable/<path:rest>", _closed),
    # Nobody redirects addresses or embeds here; no page is of no kind; the others are for whoever builds Wagtail.
    path("admin/redirects/<path:rest>", _closed),
    path("admin/redirects/", _closed),
    path("admin/embeds/<path:rest>", _closed),
    path("admin/pages/create/wagtailcore/page", _closed),
    path("admin/failwhale/", _closed),
    path("admin/test404/", _closed),
    # Of records whose key is no number there is none.
    re_path(r"^admin/editing-sessions/ping/[^/]+/[^/]+/(?!\d{1,18}/)(?P<rest>.*)$", _closed),
    # Wagtail's list of pages links there; there is one site, and it is set up on the command line.
    path("admin/sites/", include(([path("", _ONE_SITE, name="index")], "wagtailsites"))),
    path("admin/choose-page/<int:parent_page_id>/", require_admin_access(PublishedBrowseView.as_view())),
    path("admin/choose-page/chosen-multiple/", require_admin_access(PublishedChosenView.as_view())),
    path("admin/choose-external-link/", require_admin_access(WebLinkView.as_view())),
    path("admin/", include(wagtailadmin_urls)),
    *open_patterns,
]

__all__ = ["handler400", "handler404", "handler500", "urlpatterns"]
