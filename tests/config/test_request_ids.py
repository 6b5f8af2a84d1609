"""Has each request a number of its own, which nobody can choose?"""

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from config.request_ids import NOBODY, RequestIdMiddleware, number_of


@pytest.mark.parametrize("status", [500, 503, 507])
def test_a_failed_request_is_told_its_number_and_what_was_sent_as_one_is_not_believed(status: int) -> None:
    seen: list[str] = []

    def answer(request: HttpRequest) -> HttpResponse:
        seen.append(number_of())
        return HttpResponse(status=status)

    response = RequestIdMiddleware(answer)(RequestFactory().get("/", headers={"x-request-id": "chosen"}))
    assert seen == [response.headers["X-Request-ID"]] != ["chosen"]
    assert len(seen[0]) == 12
    assert number_of() == NOBODY


def test_answers_that_went_well_are_alike_for_all() -> None:
    middleware = RequestIdMiddleware(lambda request: HttpResponse())
    assert "X-Request-ID" not in middleware(RequestFactory().get("/")).headers
