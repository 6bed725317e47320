"""GET /api/users/{id}/notifications/"""

from datetime import timedelta

import pytest

from notification_service.tests.factories import NotificationFactory
from notification_service.tests.people import ALICE, BOB, MONDAY_NOON, UNKNOWN_USER

pytestmark = pytest.mark.django_db

OF_ALICE = f"/api/users/{ALICE}/notifications/"
OF_BOB = f"/api/users/{BOB}/notifications/"


class TestPermissions:
    def test_the_owner_reads_their_notifications(self, alice):
        notification = NotificationFactory(read_at=MONDAY_NOON + timedelta(hours=1))

        answer = alice.get(OF_ALICE)

        assert answer.status_code == 200
        assert answer.json() == {
            "count": 1,
            "next": None,
            "previous": None,
            "results": [
                {
                    "id": notification.pk,
                    "type": "order.confirmed",
                    "message": "Your order 17 is confirmed: 42.00.",
                    "created_at": "2026-11-23T11:00:00Z",
                    "read_at": "2026-11-23T13:00:00Z",
                }
            ],
        }

    def test_staff_read_the_notifications_of_any_user(self, staff):
        NotificationFactory()

        assert staff.get(OF_ALICE).json()["count"] == 1

    def test_without_a_token_is_401(self, anonymous):
        answer = anonymous.get(OF_ALICE)

        assert (answer.status_code, answer.json()["code"]) == (401, "NOT_AUTHENTICATED")
        assert answer["WWW-Authenticate"].startswith("Bearer")

    def test_a_service_is_403(self, service):
        answer = service.get(OF_ALICE)

        assert (answer.status_code, answer.json()["code"]) == (403, "PERMISSION_DENIED")

    @pytest.mark.security
    def test_another_customer_is_403_whether_or_not_the_user_exists(self, alice):
        NotificationFactory(user_id=BOB)

        of_bob, of_unknown = alice.get(OF_BOB), alice.get(f"/api/users/{UNKNOWN_USER}/notifications/")

        assert (of_bob.status_code, of_bob.json()["code"]) == (403, "PERMISSION_DENIED")
        assert (of_bob.status_code, of_bob.content) == (of_unknown.status_code, of_unknown.content)

    def test_too_many_requests_are_429_with_retry_after(self, alice, settings):
        settings.THROTTLE_DEFAULT = "1/min"
        alice.get(OF_ALICE)

        answer = alice.get(OF_ALICE)

        assert (answer.status_code, answer.json()["code"]) == (429, "THROTTLED")
        assert 1 <= int(answer["Retry-After"]) <= 60


class TestPages:
    def test_begin_with_the_newest(self, alice):
        for hours in (2, 3, 1):
            NotificationFactory(message=f"{hours} hours ago", created_at=MONDAY_NOON - timedelta(hours=hours))

        results = alice.get(OF_ALICE).json()["results"]

        assert [each["message"] for each in results] == ["1 hours ago", "2 hours ago", "3 hours ago"]

    def test_order_notifications_of_the_same_time_by_id(self, alice):
        first, second = NotificationFactory(), NotificationFactory()

        assert [each["id"] for each in alice.get(OF_ALICE).json()["results"]] == [second.pk, first.pk]

    def test_leave_out_the_notifications_of_other_users(self, alice):
        NotificationFactory(user_id=BOB)

        assert alice.get(OF_ALICE).json()["results"] == []

    def test_have_twenty_notifications_each(self, alice):
        NotificationFactory.create_batch(21)

        first = alice.get(OF_ALICE).json()
        second = alice.get(first["next"]).json()

        assert (first["count"], len(first["results"]), len(second["results"])) == (21, 20, 1)

    @pytest.mark.parametrize(("asked", "given"), [("2", 2), ("100", 100), ("1000", 100), ("0", 20), ("x", 20)])
    def test_have_a_size_that_the_caller_chooses_up_to_a_hundred(self, alice, asked, given):
        NotificationFactory.create_batch(102)

        results = alice.get(OF_ALICE, {"page_size": asked}).json()["results"]

        assert len(results) == given

    @pytest.mark.parametrize("page", ["0", "2", "-1", "x", "\0", "9" * 30])
    def test_that_do_not_exist_are_404(self, alice, page):
        answer = alice.get(OF_ALICE, {"page": page})

        assert (answer.status_code, answer.json()["code"]) == (404, "NOT_FOUND")
