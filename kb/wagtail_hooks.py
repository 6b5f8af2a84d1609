"""What does the knowledge base add to the editing interface, and what does it hide there?"""

from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.forms import TaskStateCommentForm
from wagtail.models import AbstractPage
from wagtail.permissions import register_permission_policy
from wagtail.snippets.action_menu import PublishMenuItem, UnpublishMenuItem
from wagtail.snippets.models import register_snippet

from kb.admin_policies import MediaPolicy, PagesByRole, SharingPolicy
from kb.forms.wording import no_marking_words
from kb.models import Entry, MediaDocument, MediaImage
from kb.viewsets.bulk import DeleteDraftsBulkAction, PublishBulkAction, ReviewedBulkAction
from kb.viewsets.conflicts import PAGES, GuardedPageViewSet
from kb.viewsets.entries import EntryViewSet
from kb.viewsets.links import NoDocumentLinks, NoEmbeds, PublishedPageLinks
from kb.viewsets.menus import PublishByPolicy, ReviewPanel, UnpublishByPolicy
from kb.viewsets.page_words import stop_publishing_many
from kb.viewsets.uploads import UploadGroup
from kb.viewsets.vocabularies import POLICIES, VocabularyGroup
from people.roles import Action
from people.viewers import scope_of

# Before anything asks for the policy of entries: Wagtail would keep a policy of its own.
register_permission_policy(Entry, SharingPolicy(Entry))
for uploaded in (MediaImage, MediaDocument):
    # Before what Wagtail registers for these, whichever comes first.
    register_permission_policy(uploaded, MediaPolicy(uploaded), exact_class=True)
register_permission_policy(AbstractPage, PagesByRole())
for policy in POLICIES:
    register_permission_policy(policy.model, policy)
register_snippet(EntryViewSet)


@hooks.register("register_admin_viewset")
def vocabularies() -> VocabularyGroup:
    """Add the vocabularies."""
    return VocabularyGroup()


@hooks.register("register_admin_viewset")
def uploads() -> UploadGroup:
    """Add pictures and files."""
    return UploadGroup()


@hooks.register("register_admin_viewset")
def pages() -> list[GuardedPageViewSet]:
    """Give each kind of page its views."""
    return [viewset() for viewset in PAGES]


@hooks.register("register_log_actions")
def log_actions(actions: Any) -> None:
    """Give our verbs words in the history of an entry."""
    actions.register_action("kb.relabel", gettext_lazy("Change marking"), gettext_lazy("Marking changed"))
    actions.register_action("kb.mark_reviewed", gettext_lazy("Mark as reviewed"), gettext_lazy("Marked as reviewed"))
    actions.register_action("kb.supersede", gettext_lazy("Replace"), gettext_lazy("Replaced by a newer entry"))
    for name, label, message in (
        ("outside_areas", gettext_lazy("Approve"), gettext_lazy("Approved outside the reviewer’s areas of expertise")),
        ("recall", gettext_lazy("Recall"), gettext_lazy("Recalled")),
        ("restore", gettext_lazy("End the recall"), gettext_lazy("Recall ended")),
        ("ask_change", gettext_lazy("Ask for more readers"), gettext_lazy("More readers were asked for")),
        ("change_agreed", gettext_lazy("Agree"), gettext_lazy("A second person agreed")),
        ("change_refused", gettext_lazy("Refuse"), gettext_lazy("A second person refused")),
        ("change_withdrawn", gettext_lazy("Withdraw"), gettext_lazy("The request was withdrawn")),
    ):
        actions.register_action(f"kb.{name}", label, message)


@hooks.register("construct_snippet_action_menu")
def action_menu(items: list[Any], request: HttpRequest, context: dict[str, Any]) -> None:
    """Replace the items that ask for Django's permissions by such that ask the sharing policy."""
    if context["model"] is not Entry:
        return
    items[:] = [item for item in items if not isinstance(item, PublishMenuItem | UnpublishMenuItem)]
    items.extend(item for item in (UnpublishByPolicy(order=20), PublishByPolicy(order=30)) if item.is_shown(context))
    items.sort(key=lambda item: item.order)


# In each review, the form that asks for a comment is Wagtail's own.
TaskStateCommentForm.base_fields["comment"].validators.append(no_marking_words)
hooks.register("before_bulk_action", stop_publishing_many)
hooks.register("register_bulk_action", PublishBulkAction)
hooks.register("register_bulk_action", ReviewedBulkAction)
# After Wagtail's own of the same name, which it replaces for entries.
hooks.register("register_bulk_action", DeleteDraftsBulkAction, order=1000)


@hooks.register("construct_page_chooser_queryset")
def page_chooser(pages: Any, request: HttpRequest) -> Any:
    """Offer published pages only, in choosers and links."""
    return pages.live().public()


@hooks.register("register_rich_text_features", order=1000)
def page_links(features: Any) -> None:
    """After Wagtail's own handler of links to pages, which it replaces: ours names published pages only."""
    features.register_link_type(PublishedPageLinks)
    features.register_link_type(NoDocumentLinks)
    for kind in ("image", "media"):
        features.register_embed_type(type(f"No{kind}", (NoEmbeds,), {"identifier": kind}))


@hooks.register("construct_settings_menu")
def settings_menu(request: HttpRequest, items: list[Any]) -> None:
    """Leave out what is closed in config.urls."""
    items[:] = [item for item in items if item.name not in {"redirects", "collections"}]


@hooks.register("construct_search")
def search_areas(request: HttpRequest, areas: list[Any]) -> None:
    """Search pages only: Wagtail's lists of images and documents are closed."""
    areas[:] = [area for area in areas if area.name not in {"images", "documents"}]


# What each item of the main menu needs. Records of other apps ask for themselves.
_MENU_NEEDS = {"explorer": Action.ADMINISTER}
_MENU_CLOSED = {"reports", "snippets", "help", "images", "documents"}


@hooks.register("construct_main_menu")
def main_menu(request: HttpRequest, items: list[Any]) -> None:
    """Hide what the person's roles cannot use."""
    scope, superuser = scope_of(request.user), getattr(request.user, "is_superuser", False)
    items[:] = [
        item
        for item in items
        if item.name not in _MENU_CLOSED
        and (superuser or item.name not in _MENU_NEEDS or scope.may(_MENU_NEEDS[item.name]))
        and (superuser or item.name != "settings")
    ]


@hooks.register("construct_homepage_panels")
def homepage_panels(request: HttpRequest, panels: list[Any]) -> None:
    """Show our own panel alone: Wagtail's would show titles by permission, not by marking."""
    panels[:] = [ReviewPanel()]


@hooks.register("construct_homepage_summary_items")
def homepage_summary(request: HttpRequest, items: list[Any]) -> None:
    """Show no counts of what a marking may hide."""
    items.clear()


@hooks.register("insert_global_admin_css")
def admin_css() -> str:
    """Add the few styles of our own forms."""
    return format_html('<link rel="stylesheet" href="{}">', static("css/admin.css"))


@hooks.register("insert_global_admin_js")
def admin_js() -> str:
    """Add the names that Wagtail's own boxes lack."""
    return format_html('<script src="{}" defer></script>', static("js/admin.js"))
