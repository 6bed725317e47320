"""Invalid input is a 4xx in the form that all services use, and changes nothing."""

import pytest
from django.contrib.auth.models import User

from user_service.tests.component.answers import assert_problem
from user_service.tests.factories import account

pytestmark = [pytest.mark.django_db, pytest.mark.security]

BODIES = {
    "empty": b"",
    "no JSON": b"username=alice",
    "truncated JSON": b'{"username": "al',
    "a list": b"[7]",
    "a text": b'"alice"',
    "null": b"null",
    "not UTF-8": b'{"username": "\xff\xfe", "password": "x", "email": "x"}',
    "UTF-16": '{"username": "alice"}'.encode("utf-16"),
    "a null byte": b'{"username": "al\\u0000ice", "password": "x", "refresh_token": "\\u0000"}',
    "half a surrogate pair": b'{"username": "\\ud800", "password": "x", "refresh_token": "\\ud800"}',
    "nested deeply": b'{"profile_data": ' + b"[" * 10_000 + b"]" * 10_000 + b"}",
    "a number of 5,000 digits": b'{"username": ' + b"9" * 5_000 + b"}",
    "NaN": b'{"username": NaN, "password": Infinity}',
    "a field twice": b'{"username": "a", "username": [], "password": {}}',
}
ROUTES = ["/api/users/", "/api/auth/login/", "/api/auth/refresh/", "/api/auth/service-token/"]


class TestBody:
    @pytest.mark.parametrize("route", ROUTES)
    @pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
    def test_that_is_malformed_is_400(self, nobody, route, body):
        answer = nobody.post(route, body, content_type="application/json")

        assert answer.status_code == 400
        assert answer["Content-Type"] == "application/json"
        assert not User.objects.exists()

    @pytest.mark.parametrize("body", [BODIES[name] for name in ("no JSON", "a list", "not UTF-8", "nested deeply")])
    def test_that_is_malformed_is_400_with_a_token(self, as_alice, alice, body):
        changed = as_alice.patch(f"/api/users/{alice.pk}/", body, content_type="application/json")
        signed_out = as_alice.post("/api/auth/logout/", body, content_type="application/json")

        assert_problem(changed, 400, "PARSE_ERROR")
        assert_problem(signed_out, 400, "PARSE_ERROR")

    @pytest.mark.parametrize("route", ROUTES)
    def test_that_is_too_large_is_413(self, nobody, route):
        body = b'{"bio": "' + b"x" * 70_000 + b'"}'

        assert_problem(nobody.post(route, body, content_type="application/json"), 413)

    @pytest.mark.parametrize(
        "content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "?"]
    )
    def test_of_another_media_type_is_415(self, nobody, content_type):
        assert_problem(nobody.post("/api/users/", b"username=alice", content_type=content_type), 415)

    def test_asking_for_xml_is_406(self, nobody):
        assert_problem(nobody.post("/api/users/", account(), HTTP_ACCEPT="application/xml"), 406)
        assert not User.objects.exists()


class TestPath:
    @pytest.mark.parametrize(
        "user_id",
        [
            "0",
            "-1",
            "007",
            "7.0",
            "seven",
            "9223372036854775808",
            "9" * 400,
            "%00",
            "%ff",
            "\u0667",
            "1%0d%0aX: y",
            "../1",
        ],
    )
    def test_with_an_invalid_user_id_is_404(self, as_staff, user_id):
        assert_problem(as_staff.get(f"/api/users/{user_id}/"), 404, "NOT_FOUND")

    def test_without_a_route_is_404(self, as_alice):
        assert_problem(as_alice.get("/api/nothing/"), 404, "NOT_FOUND")
