"""What is done with several entries at once?"""

from typing import Any

from django.utils.translation import gettext_lazy, ngettext
from wagtail.admin.admin_url_finder import AdminURLFinder
from wagtail.admin.views.bulk_action import BulkAction
from wagtail.snippets.bulk_actions.delete import DeleteBulkAction

from kb import curation, publishing
from kb.admin_guard import GuardedBulkMixin
from kb.models import Entry


class EntryBulkAction(GuardedBulkMixin, BulkAction):
    """Something that is done with several entries at once."""

    models = [Entry]
    template_name = "wagtailadmin/kb/bulk_confirm.html"
    question: Any = ""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return the question to confirm."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return {**context, "action_words": self.display_name, "question": self.question, "header_icon": "doc-full"}

    def object_context(self, obj: Entry) -> dict[str, Any]:
        """Return an entry with the way to its form."""
        return {"item": obj, "edit_url": AdminURLFinder(self.request.user).get_edit_url(obj)}

    def get_execution_context(self) -> dict[str, Any]:
        """Name the person."""
        return {"user": self.request.user}


class PublishBulkAction(EntryBulkAction):
    """Publishes the latest drafts; what is not complete, locked, in review or own new work stays a draft."""

    display_name = gettext_lazy("Publish")
    aria_label = gettext_lazy("Publish the chosen entries")
    action_type = "publish"
    action_priority = 10
    verb = "publish"
    question = gettext_lazy(
        "Publish the latest version of these entries? "
        "Those that are not complete, locked, in review or made by you stay as they are."
    )

    @classmethod
    def execute_action(cls, objects: list[Entry], user: Any = None, **kwargs: Any) -> tuple[int, int]:
        """Return how many were published and how many were not."""
        done = 0
        for entry in objects:
            try:
                publishing.publish_entry(entry=entry, by=user)
            except publishing.NotPublishable:
                continue
            done += 1
        return done, len(objects) - done

    def get_success_message(self, done: int, left: int) -> str:
        """Say how many were published."""
        words = ngettext("%(number)d entry was published.", "%(number)d entries were published.", done) % {
            "number": done
        }
        if left:
            more = ngettext(
                "%(number)d was left: not complete, locked, in review or made by you.",
                "%(number)d were left: not complete, locked, in review or made by you.",
                left,
            ) % {"number": left}
            words = f"{words} {more}"
        return words


class ReviewedBulkAction(EntryBulkAction):
    """Notes that published entries still hold."""

    display_name = gettext_lazy("Mark as reviewed")
    aria_label = gettext_lazy("Mark the chosen entries as reviewed")
    action_type = "reviewed"
    action_priority = 20
    verb = "publish"
    question = gettext_lazy("Note that these entries were reviewed today and still hold? Drafts are left out.")

    @classmethod
    def execute_action(cls, objects: list[Entry], user: Any = None, **kwargs: Any) -> tuple[int, int]:
        """Return how many were noted, and how many were not published."""
        done = 0
        for entry in objects:
            try:
                curation.mark_reviewed(entry=entry, by=user)
            except curation.NotLive:
                continue
            done += 1
        return done, len(objects) - done

    def get_success_message(self, done: int, left: int) -> str:
        """Say how many were noted."""
        return ngettext("%(number)d review was noted.", "%(number)d reviews were noted.", done) % {"number": done}


class DeleteDraftsBulkAction(GuardedBulkMixin, DeleteBulkAction):
    """Deletes drafts that nobody has read."""

    models = [Entry]
    verb = "delete"

    @property
    def _actionable_objects(self) -> tuple[list[Any], dict[str, list[Any]]]:
        return GuardedBulkMixin.get_actionable_objects(self)

    def get_actionable_objects(self) -> tuple[list[Any], dict[str, list[Any]]]:
        """Return the drafts that may be deleted."""
        return self._actionable_objects
