"""DRF's `force_authenticate` with a Django user, who is the customer with that id, or staff."""

import pytest
from django.contrib.auth.models import User
from rest_framework.test import APIClient

from user_service.tests.factories import UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.security]


def client_of(user):
    client = APIClient()
    client.force_authenticate(user=user)
    return client


class TestCustomer:
    def test_reads_and_changes_the_own_account(self, alice):
        client = client_of(alice)

        changed = client.patch(f"/api/users/{alice.pk}/", {"bio": "Reads a lot."})

        assert (changed.status_code, changed.json()["bio"]) == (200, "Reads a lot.")
        assert client.get(f"/api/users/{alice.pk}/").json() == changed.json()

    def test_may_not_read_or_change_another_account(self, alice, bob):
        client = client_of(bob)

        answers = [
            client.get(f"/api/users/{alice.pk}/"),
            client.patch(f"/api/users/{alice.pk}/", {"bio": "Not mine."}),
            client.delete(f"/api/users/{alice.pk}/"),
        ]

        assert [answer.status_code for answer in answers] == [403] * 3

    def test_sees_no_addresses_in_the_list(self, alice):
        [account] = client_of(User(id=alice.pk)).get("/api/users/").json()["results"]

        assert "email" not in account

    def test_is_limited_by_the_throttle(self, alice, bob, settings):
        settings.THROTTLE_LOGIN = "1/min"
        passwords = {"password": "a new pass phrase", "current_password": "wrong"}

        answers = [client_of(alice).patch(f"/api/users/{alice.pk}/", passwords) for _ in range(2)]

        assert [answer.status_code for answer in answers] == [400, 429]
        elsewhere = client_of(bob).patch(f"/api/users/{bob.pk}/", passwords, REMOTE_ADDR="192.0.2.2")
        assert elsewhere.status_code == 400

    def test_signs_out(self, alice):
        assert client_of(alice).post("/api/auth/logout/", {}).status_code == 204


class TestStaff:
    def test_reads_and_deactivates_all_accounts(self, alice):
        staff = client_of(UserFactory(staff=True))

        assert {"alice@shop.example"} < {each["email"] for each in staff.get("/api/users/").json()["results"]}
        assert staff.patch(f"/api/users/{alice.pk}/", {"is_active": False}).json()["is_active"] is False


class TestNobody:
    def test_is_asked_for_a_token_again_after_force_authenticate_with_none(self, alice):
        client = client_of(alice)
        client.force_authenticate(user=None)

        assert client.get(f"/api/users/{alice.pk}/").status_code == 401
