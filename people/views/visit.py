"""A person's visits: how long this one goes on, where else one is signed in, and forms that came too late."""

from allauth.usersessions.internal import flows
from allauth.usersessions.models import UserSession
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from people import kept_forms
from people.visits import seconds_left


@login_required
@require_safe
def visit(request: HttpRequest) -> HttpResponse:
    """Tell a page for how many seconds the visit goes on. With `?stay` it was a person who asked, which is activity."""
    return JsonResponse({"seconds": seconds_left(request.session)})


@login_required
def visits_of_mine(request: HttpRequest) -> HttpResponse:
    """List where the person is signed in, this browser first; a POST signs out everywhere else."""
    if request.method == "POST":
        flows.sessions.end_other_sessions(request, request.user)
        return HttpResponseRedirect(reverse("people:visits"))
    here = request.session.session_key
    found = UserSession.objects.purge_and_list(request.user)
    rows = sorted(found, key=lambda row: (row.session_key != here, -row.created_at.timestamp()))
    return render(request, "people/visits.html", {"visits": rows, "here": here, "section": "account"})


@login_required
@require_POST
def end(request: HttpRequest, number: int) -> HttpResponse:
    """Sign out one of the person's own visits; those of others do not exist here."""
    flows.sessions.end_sessions(request, [get_object_or_404(UserSession, pk=number, user=request.user.pk)])
    return HttpResponseRedirect(reverse("people:visits" if request.user.is_authenticated else "people:signed_out"))


@login_required
def kept(request: HttpRequest) -> HttpResponse:
    """Show the forms that came too late, ready to be sent; a POST throws them away."""
    if request.method == "POST":
        kept_forms.forget(request.session)
        return HttpResponseRedirect(reverse("search:home"))
    forms = kept_forms.take(request.session, user_id=str(request.user.pk))
    return render(request, "people/kept_forms.html", {"forms": forms})
