"""What do administrators see of the state of the installation, and what can they do there?"""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from wagtail.admin import messages

from config import tasks
from config.status import machine, officers, running
from config.status.lights import ORDER, Light, worst
from people import mailing
from people.roles import Action
from people.viewers import scope_of

LOOKS: tuple[Callable[[], Light], ...] = (
    *(running.worker, running.index, running.mail, running.background_tasks, running.timed_work),
    officers.security_officer,
    *(machine.disk, machine.backup, machine.database, machine.audit_log, machine.shared_cache, machine.version),
)


def may_see(user: Any) -> bool:
    """Is this person an administrator?"""
    return bool(user.is_superuser) or scope_of(user).may(Action.ADMINISTER)


def _only_administrators(request: HttpRequest) -> None:
    if not may_see(request.user):
        raise Http404


@never_cache
@require_safe
def status(request: HttpRequest) -> HttpResponse:
    """Show every light."""
    _only_administrators(request)
    # What has to be done stands first.
    lights = sorted((look() for look in LOOKS), key=lambda light: ORDER.index(light.level), reverse=True)
    context = {
        "lights": lights,
        "worst": worst(lights),
        "breadcrumbs_items": [
            {"url": reverse("wagtailadmin_home"), "label": _("Home")},
            {"url": "", "label": _("Status")},
        ],
        "header_title": _("Status"),
        "header_icon": "history",
    }
    return render(request, "wagtailadmin/status/page.html", context)


@require_POST
def retry(request: HttpRequest, kind: str, key: str) -> HttpResponse:
    """Have a task or mail that failed tried again. Done twice, it is tried once."""
    return _act(request, {"task": tasks.retry, "mail": mailing.try_again}, kind, key, _("It is tried again."))


@require_POST
def drop(request: HttpRequest, kind: str, key: str) -> HttpResponse:
    """Delete a task or mail that failed."""
    return _act(request, {"task": tasks.drop, "mail": mailing.drop}, kind, key, _("It is deleted."))


def _act(request: HttpRequest, verbs: dict[str, Callable[..., bool]], kind: str, key: str, words: str) -> HttpResponse:
    _only_administrators(request)
    try:
        # Both kinds take their key as text; what is no key of theirs is refused by the field.
        done = verbs[kind](key=key)
    except (KeyError, ValueError, ValidationError, OverflowError) as unknown:
        raise Http404 from unknown
    if done:
        messages.success(request, words)
    else:
        messages.warning(request, _("Nothing was changed: it had been dealt with already."))
    return HttpResponseRedirect(reverse("status"))
