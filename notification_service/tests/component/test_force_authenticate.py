"""DRF's `force_authenticate` with a Django user, who is the customer with that id, or staff."""

import pytest
from django.contrib.auth.models import User
from rest_framework.test import APIClient

from notification_service.models import Notification
from notification_service.tests.factories import NotificationFactory
from notification_service.tests.people import ALICE, BOB

pytestmark = [pytest.mark.django_db, pytest.mark.security]


def client_of(user):
    client = APIClient()
    client.force_authenticate(user=user)
    return client


@pytest.fixture
def notification():
    return NotificationFactory(user_id=ALICE)


class TestCustomer:
    def test_reads_own_notifications(self, notification):
        alice = client_of(User(id=ALICE))

        listed = alice.get(f"/api/users/{ALICE}/notifications/").json()["results"]
        read = alice.post(f"/api/users/{ALICE}/notifications/{notification.pk}/read/").json()

        assert [each["id"] for each in listed] == [notification.pk] == [read["id"]]
        assert read["read_at"]

    def test_may_not_read_those_of_another_customer(self, notification):
        bob = client_of(User(id=BOB))

        listed = bob.get(f"/api/users/{ALICE}/notifications/")
        read_at_theirs = bob.post(f"/api/users/{ALICE}/notifications/{notification.pk}/read/")
        read_at_own = bob.post(f"/api/users/{BOB}/notifications/{notification.pk}/read/")

        assert [answer.status_code for answer in (listed, read_at_theirs, read_at_own)] == [403, 403, 404]
        assert Notification.objects.get().read_at is None

    def test_may_not_do_what_services_do(self):
        answer = client_of(User(id=ALICE)).post("/api/user-updated/", {"user_id": ALICE})

        assert answer.status_code == 403

    def test_is_limited_by_the_throttle(self, settings):
        settings.THROTTLE_DEFAULT = "1/min"
        alice, bob = client_of(User(id=ALICE)), client_of(User(id=BOB))

        answers = [alice.get(f"/api/users/{ALICE}/notifications/") for _ in range(2)]

        assert [answer.status_code for answer in answers] == [200, 429]
        assert bob.get(f"/api/users/{BOB}/notifications/").status_code == 200

    def test_may_be_saved_or_not(self):
        user = User.objects.create_user("alice")

        assert client_of(user).get(f"/api/users/{user.pk}/notifications/").status_code == 200


class TestStaff:
    def test_reads_the_notifications_of_all_customers(self, notification):
        staff = client_of(User(pk=1, is_staff=True))

        assert staff.get(f"/api/users/{ALICE}/notifications/").json()["count"] == 1


class TestNobody:
    def test_is_asked_for_a_token_again_after_force_authenticate_with_none(self):
        client = client_of(User(id=ALICE))
        client.force_authenticate(user=None)

        assert client.get(f"/api/users/{ALICE}/notifications/").status_code == 401
