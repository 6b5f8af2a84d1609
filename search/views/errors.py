"""What is shown when there is nothing to show, or when something broke?"""

from django.http import HttpRequest, HttpResponse, HttpResponseServerError
from django.shortcuts import render
from django.template import loader


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer alike for what is unknown and for what the reader may not know of."""
    return render(request, "404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Say what happened and what is safe, without database, context or languages: any of them may be what broke."""
    return HttpResponseServerError(loader.get_template("500.html").render({}))
