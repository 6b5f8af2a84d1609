"""What do the pages of second factors add to allauth's? That one is compulsory, and the last one stays."""

from typing import Any

from allauth.account.decorators import reauthentication_required
from allauth.mfa.base.views import IndexView
from allauth.mfa.webauthn.views import RemoveWebAuthnView
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _

from people import factors


@method_decorator(login_required, name="dispatch")
class FactorsView(IndexView):
    """The factors somebody has, and whether one is needed now."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Say whether nothing else opens before a factor is there."""
        user = self.request.user
        needed = factors.required(user) and not factors.proved(self.request)
        return {**super().get_context_data(**kwargs), "factor_needed": needed}


@method_decorator(reauthentication_required(app="allauth.mfa"), name="dispatch")
class RemoveKeyView(RemoveWebAuthnView):
    """Take a key away, unless it is the last factor of somebody who must have one."""

    def form_valid(self, form: Any) -> HttpResponse:
        """Refuse with words where the key has to stay."""
        if factors.is_last_needed(self.get_object()):
            words = _("Your role asks for a second factor. Set up another one first, then remove this key.")
            messages.error(self.request, words)
            return HttpResponseRedirect(reverse("mfa_list_webauthn"))
        response: HttpResponse = super().form_valid(form)
        return response
