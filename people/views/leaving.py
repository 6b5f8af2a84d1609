"""Taking one's own data along, and leaving for good."""

from typing import Any

from allauth.account.decorators import reauthentication_required
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from people import leaving, memberships, personal_data
from people.join_forms.answering import LeaveForm


@login_required
@reauthentication_required
def export(request: HttpRequest) -> HttpResponse:
    """Hand over what is kept of the person, as a file."""
    user: Any = request.user
    response = HttpResponse(personal_data.packed(user), content_type="application/zip")
    response.headers["Content-Disposition"] = 'attachment; filename="personal-data.zip"'
    return response


@login_required
@reauthentication_required
def leave(request: HttpRequest) -> HttpResponse:
    """Say what leaving does; do it for whoever types the address of the account."""
    user: Any = request.user
    form = LeaveForm(request.POST or None, user=user)
    if request.method == "POST" and form.is_valid():
        try:
            leaving.leave(user=user)
        except memberships.MembershipRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            request.session.flush()
            request.user = AnonymousUser()
            return redirect("people:left")
    return render(request, "people/leave.html", {"form": form, "obstacle": leaving.obstacle(user)})


def left(request: HttpRequest) -> HttpResponse:
    """Say that the account is gone."""
    return render(request, "people/left.html")
