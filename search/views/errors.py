"""What is shown when there is nothing to show?"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer alike for what is unknown and for what the reader may not know of."""
    return render(request, "404.html", status=404)
