"""What a person says about the own work, wants to be told, and can see of the own sign-ins."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from people.audit import reading
from people.preferences import PreferenceRefused
from people.profile_forms import ProfileForm
from people.viewers import person_of


@login_required
def settings(request: HttpRequest) -> HttpResponse:
    """Show the form; save it where it is right."""
    form = ProfileForm(request.POST or None, user=person_of(request))
    if request.method == "POST" and form.is_valid():
        try:
            form.save()
        except PreferenceRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Saved. It holds from now on."))
            return HttpResponseRedirect(reverse("people:settings"))
    return render(request, "people/settings.html", {"form": form, "section": "account"})


@login_required
def sign_ins(request: HttpRequest) -> HttpResponse:
    """Show when somebody signed in to this account or tried to, from the audit log."""
    context: dict[str, Any] = {"section": "account", "away": False, "lines": []}
    try:
        context["lines"] = reading.lines(reading.own_history(person_of(request)))
    except DatabaseError:
        context["away"] = True
    return render(request, "people/sign_ins.html", context)
