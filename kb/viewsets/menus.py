"""Which actions does the form offer, and what does the first page of the interface show?"""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy
from wagtail.admin.ui.components import Component
from wagtail.models import TaskState
from wagtail.snippets.action_menu import PublishMenuItem, UnpublishMenuItem

from kb.competence import in_own_areas
from kb.marking.waiting import changes_to_decide
from kb.models import Entry
from kb.publishing import may_publish
from kb.sharing import policy
from people.roles import Action
from people.viewers import scope_of

_LOOKED_THROUGH = 500  # of what waits: those of the own areas stand first


class PublishByPolicy(PublishMenuItem):
    """Wagtail's item, asking the sharing policy."""

    def is_shown(self, context: Mapping[str, Any]) -> bool:
        """Show it to those who may publish this entry; a new one somebody else publishes."""
        instance = context.get("instance")
        return (
            instance is not None
            and not context.get("locked_for_user")
            and may_publish(context["request"].user, instance)
        )


class UnpublishByPolicy(UnpublishMenuItem):
    """Wagtail's item, asking the sharing policy."""

    label = gettext_lazy("Withdraw")

    def is_shown(self, context: Mapping[str, Any]) -> bool:
        """Show it for published entries, to those who may publish them."""
        instance = context.get("instance")
        return (
            context["view"] == "edit"
            and instance is not None
            and instance.live
            and not context.get("locked_for_user")
            and policy.can_publish(scope_of(context["request"].user), instance)
        )


class ReviewPanel(Component):
    """What waits for this person's decision, and whose review is overdue."""

    name = "entries_to_review"
    template_name = "wagtailadmin/kb/home_panel.html"
    order = 100

    def get_context_data(self, parent_context: Mapping[str, Any] | None) -> dict[str, Any]:
        """Return the entries, all within the person's clearance."""
        request: HttpRequest = (parent_context or {})["request"]
        scope = scope_of(request.user)
        mine = Entry.objects.editable_by(scope).select_related("marking", "latest_revision")
        waiting = TaskState.objects.reviewable_by(request.user).values_list("workflow_state__object_id", flat=True)
        to_review = list(mine.filter(pk__in=[int(pk) for pk in waiting])[:_LOOKED_THROUGH])
        own = in_own_areas(request.user, to_review)
        return {
            "waiting": sorted(to_review, key=lambda entry: entry.pk not in own)[:20],
            "own_areas": own,
            "overdue": mine.filter(live=True, review_by__lt=timezone.localdate()).order_by("review_by")[:10],
            "drafts": mine.filter(latest_revision__user=request.user, has_unpublished_changes=True)[:10],
            "edit_url_name": Entry.snippet_viewset.get_url_name("edit"),
            "to_decide": [row for row in changes_to_decide(scope) if row.may_agree][:20],
            "decide_url_name": Entry.snippet_viewset.get_url_name("decide"),
            "desk": reverse("kb:desk") if scope.vetted else "",
            "may_edit": scope.may(Action.EDIT_ENTRIES),
        }
