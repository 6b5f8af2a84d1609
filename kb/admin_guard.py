"""Does the sharing rule hold at every address of the editing interface that shows or changes records?

Wagtail asks its permission policy about the kind of record nearly everywhere, and about the single record hardly
anywhere. So there are two parts here: a policy that answers from roles and markings, and a guard that stands before
every address of a viewset and answers 404 for a record that the person may not work on.
"""

from collections.abc import Callable, Collection, Mapping
from functools import wraps
from typing import Any

from django.contrib.admin.utils import quote, unquote
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import BadRequest, PermissionDenied
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.template.response import SimpleTemplateResponse
from django.urls import URLPattern, reverse
from django.utils.datastructures import MultiValueDictKeyError
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from wagtail.admin import messages
from wagtail.models import GroupPagePermission, Page, Revision, TaskState, WorkflowState
from wagtail.permission_policies.base import BasePermissionPolicy
from wagtail.permission_policies.pages import PagePermissionPolicy
from wagtail.permissions import policy_registry

from kb.models import Entry
from kb.publishing import NotPublishable
from kb.reading_log import note_reading
from kb.sharing import policy
from people import audit
from people.choices import Role
from people.models import User, in_force
from people.roles import ROLE_ACTIONS, Action
from people.viewers import scope_of

# What a person has to be allowed for each of the verbs that Wagtail knows.
ACTIONS: dict[str, Action] = {
    "add": Action.EDIT_ENTRIES,
    "change": Action.EDIT_ENTRIES,
    "view": Action.EDIT_ENTRIES,
    "delete": Action.EDIT_ENTRIES,
    "lock": Action.EDIT_ENTRIES,
    "unlock": Action.PUBLISH,
    "publish": Action.PUBLISH,
}

# Which verb the addresses ask for that do not simply change a record.
VERBS: dict[str, str] = {
    "delete": "delete",
    "unpublish": "publish",
    "revisions_unschedule": "publish",
    "lock": "lock",
    "reviewed": "publish",
    "supersede": "publish",
}


class SharingPolicy(BasePermissionPolicy):
    """Wagtail's permission policy for records under a marking. Being a superuser changes nothing here."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        """May the user do this with any record at all?"""
        return action in ACTIONS and scope_of(user).may(ACTIONS[action])

    def users_with_any_permission(self, actions: Collection[str]) -> QuerySet[User]:
        """Return the active people who may do any of this with some record."""
        needed = {ACTIONS[action] for action in actions if action in ACTIONS}
        roles = [role for role in Role if ROLE_ACTIONS.get(role, frozenset()) & needed]
        return User.objects.filter(
            in_force("memberships__"), is_active=True, role_assignments__role__in=roles
        ).distinct()

    def user_has_permission_for_instance(self, user: Any, action: str, instance: Any) -> bool:
        """May the user do this with this record?"""
        if not self.user_has_permission(user, action):
            return False
        if instance.marking_id is None:
            return action in {"add", "change", "view"}
        scope = scope_of(user)
        if action in {"publish", "unlock"}:
            return policy.can_publish(scope, instance)
        return policy.can_edit(scope, instance) and (action != "delete" or may_be_deleted(instance))

    def instances_user_has_any_permission_for(self, user: Any, actions: Collection[str]) -> QuerySet[Any]:
        """Return the records with which the user may do any of this."""
        if not self.user_has_any_permission(user, actions):
            return self.model._default_manager.none()
        editable: QuerySet[Any] = self.model._default_manager.editable_by(scope_of(user))
        return editable

    def users_with_any_permission_for_instance(self, actions: Collection[str], instance: Any) -> QuerySet[User]:
        """Return the active people who may do any of this with this record."""
        found = [
            user.pk
            for user in self.users_with_any_permission(actions)
            if any(self.user_has_permission_for_instance(user, action, instance) for action in actions)
        ]
        return User.objects.filter(pk__in=found)


class MediaPolicy(SharingPolicy):
    """The same for pictures and files, which those upload who edit entries or pages."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        """May the user do this with any picture or file at all?"""
        scope = scope_of(user)
        return action in _MEDIA_ACTIONS and (scope.may(Action.EDIT_ENTRIES) or scope.may(Action.ADMINISTER))

    def users_with_any_permission(self, actions: Collection[str]) -> QuerySet[User]:
        """Return nobody: nothing is asked of all who might upload."""
        return User.objects.none()

    def user_has_permission_for_instance(self, user: Any, action: str, instance: Any) -> bool:
        """May the user do this with this picture or file?"""
        return action in _MEDIA_ACTIONS and policy.can_edit_media(scope_of(user), instance.marking)


_MEDIA_ACTIONS = frozenset({"add", "change", "view", "delete", "choose"})


class PagesByRole(PagePermissionPolicy):
    """Wagtail's policy for pages, which carry no marking: administrators edit the whole tree."""

    VERBS = ("add", "change", "publish", "lock", "unlock")

    def get_all_permissions_for_user(self, user: Any) -> Any:
        """Return what Wagtail's tables give, and for administrators every right at the root."""
        if user.is_superuser or not scope_of(user).may(Action.ADMINISTER):
            return super().get_all_permissions_for_user(user)
        root = Page.get_first_root_node()
        # Rows that are never stored; Wagtail puts them into sets, for which each needs a key.
        return [
            GroupPagePermission(pk=-number, page=root, permission=Permission(codename=f"{verb}_page"))
            for number, verb in enumerate(self.VERBS, 1)
        ]


def may_be_deleted(entry: Entry) -> bool:
    """Only a draft that nobody has read or related to is deleted; what was published is withdrawn or superseded."""
    return not entry.live and entry.published_date is None and not entry.relations_to.exists()


def guarded(pattern: URLPattern, model: type[Model], edit_url_name: str) -> URLPattern:
    """Return the pattern with the guard before its view."""
    pattern.callback = _guard(pattern.callback, model, pattern.name or "", edit_url_name)
    return pattern


def _guard(
    view: Callable[..., HttpResponse], model: type[Model], name: str, edit_url_name: str
) -> Callable[..., HttpResponse]:
    @wraps(view)
    def guarded_view(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        record = check_address(request.user, model, name, kwargs)
        pk = int(record.pk) if record is not None else None
        _note(request, record, name, model)
        try:
            answer = view(request, *args, **kwargs)
            if isinstance(answer, SimpleTemplateResponse):
                # Some forms are read only while the page is written.
                answer.render()
            return answer
        except MultiValueDictKeyError as incomplete:
            # Wagtail takes the hidden counts of a form for granted.
            raise BadRequest("The form was not sent completely.") from incomplete
        except NotPublishable as refusal:
            if pk is None:
                raise
            return refused(request, refusal, reverse(edit_url_name, args=[quote(pk)]))

    return guarded_view


def _note(request: HttpRequest, record: Any, name: str, model: type[Model]) -> None:
    """Record that somebody comes to see a record that is AMBER or above, or takes the list along."""
    if isinstance(record, Entry) and record.marking_id is not None:
        note_reading(entries=[record], view=f"admin.{name}")
    elif record is None and request.GET.get("export") in {"csv", "xlsx"}:
        kind = str(model._meta.model_name)
        audit.record(event=audit.Event.EXPORT, kind=kind, data={"format": request.GET["export"]})


def check_address(user: Any, model: type[Model], name: str, kwargs: Mapping[str, Any]) -> Any:
    """Return the record that the address names, if any.

    Raises Http404 where the user may not know of it, or where another part of the address belongs to another record;
    PermissionDenied where the user may work on it, but not do this.
    """
    rule = policy_registry.get_by_type(model)
    if "pk" not in kwargs:
        if not rule.user_has_any_permission(user, {"add", "change", "view"}):
            raise Http404
        return None
    record = _record(rule.instances_user_has_any_permission_for(user, {"change", "view"}), kwargs["pk"])
    if not _belongs_together(record, kwargs):
        raise Http404
    if not rule.user_has_permission_for_instance(user, VERBS.get(name, "change"), record):
        raise PermissionDenied
    return record


def _record(allowed: QuerySet[Any], pk: object) -> Any:
    try:
        return allowed.get(pk=int(unquote(str(pk))))
    except (ValueError, OverflowError, allowed.model.DoesNotExist) as unknown:
        raise Http404 from unknown


def _belongs_together(record: Any, kwargs: Mapping[str, Any]) -> bool:
    """Do the revision, task and workflow that an address names belong to its record?"""
    own = {"base_content_type": ContentType.objects.get_for_model(record), "object_id": str(record.pk)}
    through = {f"workflow_state__{name}": value for name, value in own.items()}
    for name in ("revision_id", "revision_id_a", "revision_id_b"):
        key = str(kwargs.get(name, ""))
        if key.isdecimal() and not Revision.objects.filter(pk=int(key), **own).exists():
            return False
    if "task_state_id" in kwargs and not TaskState.objects.filter(pk=kwargs["task_state_id"], **through).exists():
        return False
    return (
        "workflow_state_id" not in kwargs
        or WorkflowState.objects.filter(pk=kwargs["workflow_state_id"], **own).exists()
    )


def refused(request: HttpRequest, refusal: NotPublishable, edit_address: str) -> HttpResponse:
    """Send the person back to the form, where the draft was kept, with what there is to do."""
    listed = format_html_join("", "<li>{}</li>", ((problem,) for problem in refusal.problems))
    words = _("Kept as a draft, not published. There is still something to do:")
    messages.error(request, format_html("{}<ul>{}</ul>", words, listed))
    if request.headers.get("x-requested-with") == "XMLHttpRequest":
        return JsonResponse({"step": "success", "redirect": edit_address})
    return HttpResponseRedirect(edit_address)


class GuardedBulkMixin:
    """Takes only what the person may act on, and does not even count the rest."""

    request: HttpRequest
    model: type[Model]
    verb = "change"

    def get_actionable_objects(self) -> tuple[list[Any], dict[str, list[Any]]]:
        """Return the records to act on, and an empty list of those without access."""
        rule = policy_registry.get_by_type(self.model)
        allowed = rule.instances_user_has_any_permission_for(self.request.user, {"change"})
        ids = self.request.GET.getlist("id")
        if "all" not in ids:
            allowed = allowed.filter(pk__in=[int(pk) for pk in ids if pk.isdecimal() and len(pk) < 19])
        records = [
            record
            for record in allowed.select_related("marking")
            if rule.user_has_permission_for_instance(self.request.user, self.verb, record)
        ]
        if not records:
            raise Http404
        return records, {"items_with_no_access": []}
