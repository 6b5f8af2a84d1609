"""Which of Wagtail's views of pages tell of a page, or stumble, before they ask who is there?"""

from typing import Any

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.datastructures import MultiValueDictKeyError
from wagtail.admin.views.pages.copy import CopyView
from wagtail.admin.views.pages.move import MoveConfirmView
from wagtail.models import Page


class GuardedPageMoveView(MoveConfirmView):
    """Asks whether to move a page; Wagtail's shows title and slug to everybody in the editing interface."""

    def dispatch(self, request: HttpRequest, page_to_move_id: int, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer for a page that the person may not move as for one that does not exist."""
        page = get_object_or_404(Page, pk=page_to_move_id)
        if not page.permissions_for_user(request.user).can_move():
            raise Http404
        answer: HttpResponse = super().dispatch(request, page_to_move_id, *args, **kwargs)
        return answer


class GuardedPageCopyView(CopyView):
    """Copies a page; Wagtail's takes the place of the copy for granted."""

    def post(self, request: HttpRequest, page_id: int, *args: Any, **kwargs: Any) -> HttpResponse:
        """Refuse a form that does not name an existing place."""
        try:
            answer: HttpResponse = super().post(request, page_id, *args, **kwargs)
        except (MultiValueDictKeyError, ValueError, Page.DoesNotExist) as incomplete:
            raise BadRequest("The form was not sent completely.") from incomplete
        return answer
