"""A person's inbox: what waits, said under the clearance that the person has now."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from people import inbox
from people.viewers import person_of

PER_PAGE = 20


@login_required
@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    """Show the notices, the newest first; looking changes nothing."""
    person = person_of(request)
    page = Paginator(person.notices.all(), PER_PAGE).get_page(request.GET.get("page"))
    shown = inbox.lines(person, list(page))
    context = {
        "page": page,
        "lines": shown,
        "waiting": person.notices.filter(read_at__isnull=True).count(),
        "newest": max((line.notice.pk for line in shown), default=0),
        "section": "account",
    }
    return render(request, "people/inbox.html", context)


@login_required
@require_POST
def read(request: HttpRequest, key: int) -> HttpResponse:
    """Mark one notice as read and go to what it is about."""
    notice = inbox.mark_read(user=person_of(request), key=key)
    if notice is None:
        raise Http404
    words = inbox.lines(person_of(request), [notice])[0].words
    follow = words.address if words and "go" in request.POST else ""
    return HttpResponseRedirect(follow or reverse("people:inbox"))


@login_required
@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    """Mark as read what was in sight, and what is older."""
    up_to = request.POST.get("up_to", "")
    if not (up_to.isascii() and up_to.isdecimal() and len(up_to) <= 18):
        raise Http404
    count = inbox.mark_all_read(user=person_of(request), up_to=int(up_to))
    words = ngettext("%(count)s notice is marked as read.", "%(count)s notices are marked as read.", count)
    messages.success(request, words % {"count": count} if count else _("There was nothing unread."))
    return HttpResponseRedirect(reverse("people:inbox"))
