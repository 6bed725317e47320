"""Malformed requests are answered with a 4xx and a problem body."""

import pytest

from notification_service.models import Notification
from notification_service.tests.factories import NotificationFactory
from notification_service.tests.people import ALICE

pytestmark = [pytest.mark.django_db, pytest.mark.security]

USER_UPDATED = "/api/user-updated/"

BODIES = {
    "empty": b"",
    "not JSON": b"user_id=7",
    "cut off": b'{"user_id": 7, "changes": [',
    "a list": b"[7]",
    "a text": b'"seven"',
    "null": b"null",
    "not UTF-8": b'{"user_id": 7, "changes": ["\xff\xfe"]}',
    "UTF-16": '{"user_id": 7, "changes": []}'.encode("utf-16"),
    "a null byte": b'{"user_id": 7, "changes": ["nul\\u0000"]}',
    "a lone surrogate": b'{"user_id": 7, "changes": ["\\ud800"]}',
    "nested deeply": b'{"user_id": ' + b"[" * 10_000 + b"]" * 10_000 + b', "changes": []}',
    "a number of 5,000 digits": b'{"user_id": ' + b"9" * 5_000 + b', "changes": []}',
    "NaN": b'{"user_id": NaN, "changes": []}',
    "infinity": b'{"user_id": 1e999, "changes": []}',
    "beyond 64 bits": b'{"user_id": 9223372036854775808, "changes": []}',
}


def assert_problem(answer, *statuses):
    assert answer.status_code in statuses, answer.content
    assert set(answer.json()) == {"error", "code", "detail"}


class TestBody:
    @pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
    def test_that_is_malformed_is_refused(self, service, body):
        answer = service.post(USER_UPDATED, body, content_type="application/json")

        assert 400 <= answer.status_code < 500
        assert answer["Content-Type"].startswith("application/json")

    def test_that_is_too_large_is_413(self, service):
        body = b'{"user_id": 7, "changes": ["' + b"x" * 70_000 + b'"]}'

        assert_problem(service.post(USER_UPDATED, body, content_type="application/json"), 413)

    @pytest.mark.parametrize(
        "content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "?"]
    )
    def test_of_another_content_type_is_415(self, service, content_type):
        assert_problem(service.post(USER_UPDATED, b"user_id=7", content_type=content_type), 415)


class TestAccept:
    def test_of_xml_is_406(self, alice):
        assert_problem(alice.get(f"/api/users/{ALICE}/notifications/", HTTP_ACCEPT="application/xml"), 406)


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
            "7%0d%0aX: y",
        ],
    )
    def test_with_an_invalid_user_id_is_404(self, staff, user_id):
        assert_problem(staff.get(f"/api/users/{user_id}/notifications/"), 404)

    @pytest.mark.parametrize("notification_id", ["0", "-1", "one", "9223372036854775808", "%00", "1/1"])
    def test_with_an_invalid_notification_id_is_404(self, alice, notification_id):
        NotificationFactory()

        assert_problem(alice.post(f"/api/users/{ALICE}/notifications/{notification_id}/read/"), 404)
        assert Notification.objects.get().read_at is None

    def test_that_does_not_exist_is_404(self, alice):
        assert_problem(alice.get("/api/nothing/"), 404)

    @pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
    def test_of_a_list_refuses_other_methods(self, alice, method):
        assert_problem(getattr(alice, method)(f"/api/users/{ALICE}/notifications/"), 405)


class TestUnexpectedBody:
    @pytest.mark.parametrize("body", [b"\xff", b"[", b'{"read_at": null}'])
    def test_is_ignored(self, alice, body):
        notification = NotificationFactory()

        answer = alice.post(
            f"/api/users/{ALICE}/notifications/{notification.pk}/read/", body, content_type="application/json"
        )

        assert answer.status_code == 200
        assert answer.json()["read_at"] is not None
