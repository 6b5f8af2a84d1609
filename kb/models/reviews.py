"""Who may decide on an entry that waits for technical review? Wagtail's task, answering from roles and marking."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import CharField, QuerySet
from django.db.models.functions import Cast
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.models import Task, TaskState, WorkflowState

from kb.anonymisation.detectors import marking_words
from kb.models.entries import Entry, made_by
from kb.sharing import policy
from people.roles import Action
from people.viewers import viewer_of


class CommentRefused(PermissionDenied):
    """A comment uses words of classified documents, to which nobody can agree there."""


class TechnicalReviewTask(Task):
    """A reviewer who is cleared for the entry approves it, or sends it back; nobody reviews own work."""

    class Meta:
        verbose_name = gettext_lazy("technical review")
        verbose_name_plural = gettext_lazy("technical reviews")

    def _may_decide(self, obj: Any, user: Any) -> bool:
        if not policy.can_publish(viewer_of(user), obj) or (not obj.live and obj.is_made_by(user)):
            return False
        state: WorkflowState | None = obj.current_workflow_state
        return state is None or state.requested_by_id != user.pk

    def user_can_access_editor(self, obj: Any, user: Any) -> bool:
        """Open the editor to those who may work on the entry anyway, to nobody else."""
        return policy.can_edit(viewer_of(user), obj)

    def locked_for_user(self, obj: Any, user: Any) -> bool:
        """While the entry waits, only those who may decide on it change it."""
        return not self._may_decide(obj, user)

    def user_can_lock(self, obj: Any, user: Any) -> bool:
        """Those who may decide may also keep it to themselves."""
        return self._may_decide(obj, user)

    def user_can_unlock(self, obj: Any, user: Any) -> bool:
        """Those who may decide may take over from somebody who is away."""
        return self._may_decide(obj, user)

    def get_actions(self, obj: Any, user: Any) -> list[tuple[str, str, bool]]:
        """Return what the person may do now: name, words, whether a comment is asked for."""
        if not self._may_decide(obj, user):
            return []
        return [
            ("reject", _("Send back with a reason"), True),
            ("approve", _("Approve"), False),
            ("approve", _("Approve with a comment"), True),
        ]

    def on_action(self, task_state: TaskState, user: Any, action_name: str, **kwargs: Any) -> None:
        """Decide. Raises CommentRefused where the comment uses words of classified documents, past the form too."""
        if marking_words.find(str(kwargs.get("comment") or "")):
            raise CommentRefused
        super().on_action(task_state, user, action_name, **kwargs)

    def get_task_states_user_can_moderate(self, user: Any, **kwargs: Any) -> QuerySet[TaskState]:
        """Return the reviews that wait for this person."""
        viewer = viewer_of(user)
        if not viewer.may(Action.PUBLISH):
            return TaskState.objects.none()
        entries = Entry.objects.editable_by(viewer).annotate(key=Cast("pk", CharField()))
        others = entries.exclude(live=False, key__in=made_by(user).values("object_id")).values("key")
        return TaskState.objects.filter(
            task=self,
            status=TaskState.STATUS_IN_PROGRESS,
            workflow_state__base_content_type=Entry.get_base_content_type(),
            workflow_state__object_id__in=others,
        ).exclude(workflow_state__requested_by=user)

    @classmethod
    def get_description(cls) -> str:
        """Return what the task is for."""
        return _("A reviewer who may read the entry decides on it.")
