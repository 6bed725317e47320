import json

import pytest
from django.http import UnreadablePostError
from django.test import RequestFactory
from rest_framework.exceptions import Throttled

from servicekit.api import problems
from servicekit.tests.counter.problems import exception_handler

PROBLEMS = {
    "sold-out": (409, "SOLD_OUT", "lamp", None),
    "sold-out-forever": (409, "SOLD_OUT", "lamp", None),
    "not-today": (503, "NOT_TODAY", "sunday", "86400"),
    "neighbour": (503, "NEIGHBOUR_UNAVAILABLE", "user_service: ReadTimeout", "5"),
    "database": (503, "DATABASE_UNAVAILABLE", "Try again in a moment.", "2"),
    "missing": (404, "NOT_FOUND", "Not found.", None),
    "denied": (403, "PERMISSION_DENIED", "You do not have permission to perform this action.", None),
    "surprise": (500, "INTERNAL_ERROR", "The fault is ours. It was logged.", None),
}


@pytest.mark.parametrize("what", PROBLEMS)
def test_each_exception_has_its_problem_response(nobody, what):
    response = nobody.get(f"/raising/{what}/")

    status, code, detail, retry_after = PROBLEMS[what]
    assert response.status_code == status
    assert set(response.json()) == {"error", "code", "detail"}
    assert (response.json()["code"], response.json()["detail"]) == (code, detail)
    assert response.get("Retry-After") == retry_after


@pytest.mark.security
def test_a_database_error_shows_nothing_of_the_database(nobody):
    assert b"internal" not in nobody.get("/raising/database/").content


def test_errors_without_a_field_are_a_map_too(nobody):
    response = nobody.get("/raising/list/")

    assert (response.status_code, response.json()) == (400, {"non_field_errors": ["that is not it"]})


def test_field_errors_are_a_map_of_field_to_messages(nobody):
    response = nobody.post("/anyone/", {"word": "far too long a word"})

    assert response.status_code == 400
    assert response.json() == {"word": ["Ensure this field has no more than 10 characters."]}


def test_throttled_always_has_retry_after():
    """Also when the throttle gives no time."""
    response = exception_handler(Throttled(), {})

    assert response["Retry-After"] == "1"


def test_a_body_that_ends_early_is_400():
    response = exception_handler(UnreadablePostError("gone"), {})

    assert (response.status_code, response.data["code"]) == (400, "PARSE_ERROR")


BODIES = {
    "no JSON": (b"{", "application/json", 400, "PARSE_ERROR"),
    "a list": (b"[]", "application/json", 400, "PARSE_ERROR"),
    "no UTF-8": (b"\xff", "application/json", 400, "PARSE_ERROR"),
    "half a surrogate pair": (b'{"word": "\\ud800"}', "application/json", 400, "PARSE_ERROR"),
    "a bomb": (b"[" * 1999, "application/json", 400, "PARSE_ERROR"),
    "too much": (b'"' + b"x" * 2000 + b'"', "application/json", 413, "PAYLOAD_TOO_LARGE"),
    "text": (b"word", "text/plain", 415, "UNSUPPORTED_MEDIA_TYPE"),
    "a form": (b"word=a", "application/x-www-form-urlencoded", 415, "UNSUPPORTED_MEDIA_TYPE"),
    "nonsense": (b"word=a", "//;;==", 415, "UNSUPPORTED_MEDIA_TYPE"),
}


@pytest.mark.security
@pytest.mark.parametrize("what", BODIES)
def test_a_bad_body_is_4xx(nobody, what):
    body, content_type, status, code = BODIES[what]

    response = nobody.post("/anyone/", body, content_type=content_type)

    assert (response.status_code, response.json()["code"]) == (status, code)


def test_an_unknown_method_is_405(nobody):
    response = nobody.delete("/anyone/")

    assert (response.status_code, response.json()["code"]) == (405, "METHOD_NOT_ALLOWED")


@pytest.mark.regression
def test_options_shows_no_class_names(nobody):
    """The framework would answer OPTIONS with a view's name and docstring."""
    response = nobody.options("/anyone/")

    assert (response.status_code, response.json()["code"]) == (405, "METHOD_NOT_ALLOWED")


def test_another_format_is_406(nobody):
    response = nobody.get("/anyone/", HTTP_ACCEPT="application/xml")

    assert (response.status_code, response.json()["code"]) == (406, "NOT_ACCEPTABLE")


@pytest.mark.parametrize(
    "path",
    ["/nowhere/", "/things/0/", "/things/-1/", "/things/07/", "/things/x/", f"/things/{2**63}/", "/%00/", "/%ff/"],
)
def test_an_unknown_path_is_404_as_json(nobody, path):
    response = nobody.get(path)

    assert (response.status_code, response.json()["code"]) == (404, "NOT_FOUND")


def test_an_id_has_64_bits_at_most(nobody):
    assert nobody.get(f"/things/{2**63 - 1}/").status_code == 200


@pytest.mark.parametrize(
    ("query", "status", "length"),
    [
        ("", 200, 20),
        ("page_size=100", 200, 100),
        ("page_size=1000", 200, 100),
        ("page_size=0", 200, 20),
        ("page_size=x", 200, 20),
        ("page=13", 200, 10),
        ("page=14", 404, None),
        ("page=0", 404, None),
        ("page=%00", 404, None),
        ("page=" + "9" * 5000, 404, None),
    ],
)
def test_pages_are_20_and_at_most_100(nobody, query, status, length):
    response = nobody.get(f"/numbers/?{query}")

    assert response.status_code == status
    assert len(response.json().get("results", [])) == (length or 0)


def test_errors_of_django_have_the_same_format():
    request = RequestFactory().get("/")
    answers = [
        problems.bad_request(request, Exception()),
        problems.permission_denied(request, Exception()),
        problems.not_found(request, Exception()),
        problems.server_error(request),
    ]

    assert [(answer.status_code, json.loads(answer.content)["code"]) for answer in answers] == [
        (400, "BAD_REQUEST"),
        (403, "PERMISSION_DENIED"),
        (404, "NOT_FOUND"),
        (500, "INTERNAL_ERROR"),
    ]


@pytest.mark.parametrize("path", ["/anyone/", "/nowhere/", "/raising/surprise/", "/raising/sold-out/", "/health"])
@pytest.mark.django_db
def test_every_response_has_the_request_id(nobody, path):
    assert nobody.get(path, HTTP_X_REQUEST_ID="abc-1")["X-Request-ID"] == "abc-1"
