"""Does the sharing rule hold at every address of the editing interface that shows or changes records?

Wagtail asks its permission policy about the kind of record nearly everywhere, and about the single record hardly
anywhere. So a guard stands before every address of a viewset, asks the policy (`kb/admin_policies.py`) about the
record and answers 404 for one that the person may not work on.
"""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from django.contrib.admin.utils import quote, unquote
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
from wagtail.models import Revision, TaskState, WorkflowState
from wagtail.permissions import policy_registry

from kb.models import Entry
from kb.publishing import NotPublishable
from kb.reading_log import note_reading
from people import audit

# Which verb the addresses ask for that do not simply change a record.
VERBS: dict[str, str] = {
    "delete": "delete",
    "unpublish": "publish",
    "revisions_unschedule": "publish",
    "lock": "lock",
    "reviewed": "publish",
    "supersede": "publish",
}


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
