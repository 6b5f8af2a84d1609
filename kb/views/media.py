"""Pictures and files: the only way to what was uploaded."""

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_http_methods

from kb.media import Stored, stored
from kb.models.media import FILE
from kb.sharing import tlp
from kb.signals import media_read
from people.viewers import viewer_for

# A browser that was made to show one of these as a page could do nothing with it.
POLICY = "default-src 'none'; sandbox; frame-ancestors 'none'"


@require_http_methods(["GET", "HEAD", "POST"])
def media(request: HttpRequest, public_id: str, spec: str) -> HttpResponse:
    """Give out a picture in one size, or a file; hidden, unknown and wrongly named ones answer alike."""
    found = stored(public_id, spec, viewer_for(request))
    if found is None:
        raise Http404
    if spec == FILE and tlp.needs_confirmation(found.item.marking.label) and request.method != "POST":
        context = {"item": found.item, "size": found.item.file_size, "highest_marking": found.item.marking.label}
        answer = render(request, "kb/download.html", context)
        answer.headers["Cache-Control"] = "private, no-store"
        return answer
    return _given_out(request, found, as_file=spec == FILE)


def _given_out(request: HttpRequest, found: Stored, *, as_file: bool) -> HttpResponse:
    is_public = tlp.is_public(found.item.marking.label)
    etag = f'"{found.file.name.rpartition("/")[2]}"'
    if is_public and (kept := get_conditional_response(request, etag=etag)) is not None:
        return kept
    try:
        opened = found.file.storage.open(found.file.name)
    except FileNotFoundError as gone:
        raise Http404 from gone
    response: HttpResponse = FileResponse(  # type: ignore[assignment]  # a response, only streamed
        opened, as_attachment=as_file, filename=found.name, content_type=found.media_type
    )
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    if is_public:
        response.headers["Cache-Control"] = "no-cache"
        response.headers["ETag"] = etag
        return response
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    media_read.send(sender=type(found.item), item=found.item, user=request.user, as_file=as_file)
    return response
