"""Which pages are open only to those who answer for an organisation?"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse

from people.roles import Action
from people.viewers import viewer_for

View = Callable[..., HttpResponse]


def answering(view: View, action: Action = Action.VET_PEOPLE) -> View:
    """Return the view, which does not exist for somebody signed in who may not do this."""

    @wraps(view)
    def opened(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not viewer_for(request).may(action):
            raise Http404
        return view(request, *args, **kwargs)

    return login_required(opened)
