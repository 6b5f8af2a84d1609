"""The page of one entry."""
from django.http import HttpRequest, HttpResponse


def entry(request: HttpRequest, public_id: str) -> HttpResponse:
    """x"""
    return HttpResponse("x")
