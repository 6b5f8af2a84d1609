"""How somebody comes in: as a learner, with a request for access, or by an invitation."""

from typing import Any

from allauth.account.views import SignupView
from allauth.decorators import rate_limit
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from people import invitations, joining
from people.choices import RequestState
from people.join_forms.answering import TakeUpForm
from people.join_forms.asking import AskForm, RequestAccessForm
from people.models import AccessRequest, Invitation
from people.viewers import viewer_for

LONGEST_KEY = 200  # characters; ours have 43


def welcome(request: HttpRequest) -> HttpResponse:
    """Say which ways in there are, and what each opens."""
    return render(request, "people/join.html", {"section": "join"})


class AskAnewView(SignupView):
    """Make an account and its request for access. The answer is the same whether the address is known or not."""

    template_name = "people/ask.html"

    def get_form_class(self) -> type[RequestAccessForm]:
        """Return the form of a request with an account."""
        return RequestAccessForm


_ask_anew = AskAnewView.as_view()


def ask(request: HttpRequest) -> HttpResponse:
    """Ask for access, with an account or for one."""
    return _ask_signed_in(request) if request.user.is_authenticated else _ask_anew(request)


@rate_limit(action="ask")
def _ask_signed_in(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    form = AskForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            joining.ask(user=user, **form.asked())
        except joining.AskingRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("You have asked. You are written to when there is an answer."))
            return redirect("people:account")
    waiting = AccessRequest.objects.filter(user=user, state=RequestState.OPEN).select_related("organisation").first()
    context = {"form": form, "waiting": waiting, "again_at": joining.may_ask_from(user)}
    return render(request, "people/ask.html", context)


@login_required
@require_POST
def withdraw(request: HttpRequest) -> HttpResponse:
    """Take back one's own open request."""
    user: Any = request.user
    if joining.withdraw(user=user):
        messages.success(request, _("Your request is taken back."))
    return redirect("people:account")


@never_cache
@sensitive_post_parameters("password1", "password2")
@rate_limit(action="invited")
def invited(request: HttpRequest) -> HttpResponse:
    """Take up an invitation, with the account that there is or with a new one."""
    key = request.GET.get("key", "")[:LONGEST_KEY]
    try:
        invitation = invitations.found_by(key)
    except invitations.Worthless:
        return render(request, "people/invitation_over.html", status=404)
    if invitations.account_of(invitation) is not None:
        return _with_account(request, key, invitation)
    return _with_a_new_one(request, key, invitation)


def _with_account(request: HttpRequest, key: str, invitation: Invitation) -> HttpResponse:
    user: Any = request.user
    fits = user.is_authenticated and invitations.account_of(invitation) == user
    if request.method == "POST" and fits:
        try:
            invitations.accept(key=key, user=user)
        except invitations.InvitationRefused:
            return render(request, "people/invitation_over.html", status=404)
        messages.success(request, _("You are a member now. What you may read holds at once."))
        return redirect("people:account")
    context = {"invitation": invitation, "fits": fits, "here": request.get_full_path()}
    return render(request, "people/invitation.html", context)


def _with_a_new_one(request: HttpRequest, key: str, invitation: Invitation) -> HttpResponse:
    if viewer_for(request).user_id is not None:
        context = {"invitation": invitation, "fits": False, "here": request.get_full_path()}
        return render(request, "people/invitation.html", context)
    form = TakeUpForm(request.POST or None, email=invitation.email)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            invitations.accept_anew(key=key, name=given["name"], password=given["password1"])
        except invitations.InvitationRefused:
            return render(request, "people/invitation_over.html", status=404)
        messages.success(request, _("Your account is ready. Sign in with your address and your new password."))
        return redirect("account_login")
    return render(request, "people/invitation.html", {"invitation": invitation, "form": form})
