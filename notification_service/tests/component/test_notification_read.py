"""POST /api/users/{id}/notifications/{notification_id}/read/"""

import pytest

from notification_service.models import Notification
from notification_service.tests.factories import NotificationFactory
from notification_service.tests.people import ALICE, BOB

pytestmark = pytest.mark.django_db


def address(notification, *, user_id=ALICE):
    return f"/api/users/{user_id}/notifications/{notification.pk}/read/"


@pytest.fixture
def notification():
    return NotificationFactory()


class TestRead:
    def test_the_owner_marks_it_as_read(self, alice, notification):
        answer = alice.post(address(notification))

        notification.refresh_from_db()
        assert answer.status_code == 200
        assert answer.json()["id"] == notification.pk
        assert answer.json()["read_at"] is not None
        assert notification.read_at is not None

    def test_a_second_call_answers_the_same(self, alice, notification):
        first, second = alice.post(address(notification)), alice.post(address(notification))

        assert (second.status_code, second.json()) == (200, first.json())

    def test_a_second_call_keeps_the_first_time(self, alice):
        answer = alice.post(address(NotificationFactory(was_read=True)))

        assert answer.json()["read_at"] == "2026-11-23T12:00:00Z"

    def test_staff_mark_it_as_read(self, staff, notification):
        assert staff.post(address(notification)).status_code == 200


class TestRefused:
    @pytest.fixture(autouse=True)
    def _nothing_is_marked_as_read(self, notification):
        yield
        assert not Notification.objects.exclude(read_at=None).exists()

    def test_without_a_token_is_401(self, anonymous, notification):
        assert anonymous.post(address(notification)).status_code == 401

    def test_a_service_is_403(self, service, notification):
        assert service.post(address(notification)).status_code == 403

    def test_an_unknown_notification_is_404(self, alice):
        answer = alice.post(f"/api/users/{ALICE}/notifications/4242/read/")

        assert (answer.status_code, answer.json()["code"]) == (404, "NOTIFICATION_NOT_FOUND")

    @pytest.mark.security
    def test_another_user_s_notification_is_403(self, alice):
        answer = alice.post(address(NotificationFactory(user_id=BOB), user_id=BOB))

        assert (answer.status_code, answer.json()["code"]) == (403, "PERMISSION_DENIED")

    @pytest.mark.security
    def test_another_user_s_notification_under_the_caller_s_own_path_is_404(self, alice):
        answer = alice.post(address(NotificationFactory(user_id=BOB)))

        assert (answer.status_code, answer.json()["code"]) == (404, "NOTIFICATION_NOT_FOUND")

    def test_get_is_405(self, alice, notification):
        answer = alice.get(address(notification))

        assert (answer.status_code, answer.json()["code"]) == (405, "METHOD_NOT_ALLOWED")

    def test_too_many_requests_are_429(self, alice, settings):
        settings.THROTTLE_DEFAULT = "1/min"
        nowhere = f"/api/users/{ALICE}/notifications/4242/read/"
        alice.post(nowhere)

        answer = alice.post(nowhere)

        assert answer.status_code == 429
        assert int(answer["Retry-After"]) >= 1
