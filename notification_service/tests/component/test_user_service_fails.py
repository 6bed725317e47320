"""user_service answers 500, times out, hangs, talks nonsense: the mail waits, in the end it fails with the reason."""

import socket
import time

import pytest
import responses
from celery.exceptions import Retry
from django.core import mail

from notification_service import wiring
from notification_service.celery_app import app
from notification_service.models import Delivery
from notification_service.services.deliveries import MOST_ATTEMPTS
from notification_service.tests.component.neighbours import USERS
from notification_service.tests.component.queue import work
from notification_service.tests.factories import event
from notification_service.tests.people import ALICE
from servicekit.testing.http import FAILURES
from servicekit.testing.messages import deliver, wires

pytestmark = pytest.mark.django_db

MORE_FAILURES = FAILURES | {
    "refuses us": {"status": 403, "json": {"error": "no", "code": "PERMISSION_DENIED", "detail": "no"}},
    "answers another user": {"status": 200, "json": {"id": 404, "username": "x", "email": "x@x", "is_active": True}},
    "answers nothing": {"status": 204},
}


@pytest.fixture
def delivery():
    deliver(app, event("order.confirmed"))
    return Delivery.objects.get()


class TestTrouble:
    @pytest.mark.parametrize("failure", MORE_FAILURES.values(), ids=MORE_FAILURES)
    def test_the_delivery_waits_and_is_tried_again(self, user_service, delivery, failure):
        user_service.answers(ALICE, **failure)

        with pytest.raises(Retry) as later:
            work()

        delivery.refresh_from_db()
        assert later.value.when == 2
        assert (delivery.state, delivery.attempts, delivery.claimed_until) == ("pending", 1, None)
        assert mail.outbox == []

    @pytest.mark.parametrize("failure", MORE_FAILURES.values(), ids=MORE_FAILURES)
    def test_in_the_end_it_fails_with_the_reason(self, user_service, delivery, failure):
        user_service.answers(ALICE, **failure)
        Delivery.objects.update(attempts=MOST_ATTEMPTS - 1)

        work()

        delivery.refresh_from_db()
        assert delivery.state == "failed"
        assert delivery.reason.startswith("gave up after 12 attempts: user_service: ")

    def test_it_is_sent_when_user_service_is_back(self, user_service, delivery):
        wire = wires()
        user_service.answers(ALICE, status=500)
        with pytest.raises(Retry):
            work()

        user_service.knows(ALICE)
        deliver(app, *wire)

        delivery.refresh_from_db()
        assert (delivery.state, delivery.attempts) == ("sent", 2)

    def test_the_pauses_grow(self, user_service, delivery):
        """Celery counts in the message's header; here, what a worker would find there."""
        [wire] = wires()
        user_service.answers(ALICE, status=500)
        pauses = []
        for retries in (0, 1, 2, 8, 9, 10):
            with pytest.raises(Retry) as later:
                deliver(app, wire._replace(headers=wire.headers | {"retries": retries}))
            pauses.append(later.value.when)

        assert pauses == [2, 4, 8, 512, 600, 600]

    def test_a_silent_neighbour_costs_bounded_time(self, user_service, delivery, monkeypatch):
        """A real socket that takes the connection and says nothing."""
        monkeypatch.setattr(wiring, "NEIGHBOUR_TIMEOUT", (0.1, 0.1))
        with socket.create_server(("127.0.0.1", 0)) as silent:
            address = f"http://127.0.0.1:{silent.getsockname()[1]}"
            user_service.socket.add_passthru(address)
            monkeypatch.setattr(wiring.settings, "USER_SERVICE_URL", address)
            started = time.monotonic()

            with pytest.raises(Retry):
                work()

        assert time.monotonic() - started < 2

    def test_without_a_service_token_it_waits_too(self, user_service, delivery):
        user_service.socket.replace(responses.POST, f"{USERS}/api/auth/service-token/", status=401, json={})

        with pytest.raises(Retry):
            work()

        assert Delivery.objects.get().state == "pending"

    def test_the_list_of_notifications_needs_no_user_service(self, alice, user_service, delivery):
        alice.get(f"/api/users/{ALICE}/notifications/")
        user_service.answers(ALICE, status=500)

        assert alice.get(f"/api/users/{ALICE}/notifications/").json()["count"] == 1


class TestFinal:
    def test_nobody_has_this_id(self, user_service, delivery):
        user_service.answers(ALICE, status=404, json={"error": "no", "code": "USER_NOT_FOUND", "detail": "7"})

        work()

        delivery.refresh_from_db()
        assert (delivery.state, delivery.reason) == ("failed", "user_service does not know user 7")

    def test_the_user_is_not_active(self, user_service, delivery):
        user_service.knows(ALICE, is_active=False)

        work()

        delivery.refresh_from_db()
        assert (delivery.state, delivery.reason) == ("failed", "user 7 is not active")

    @pytest.mark.parametrize("email", ["", " ", "a@b\nBcc: all@example.org"])
    def test_the_address_is_none(self, user_service, delivery, email):
        user_service.knows(ALICE, email=email)

        work()

        delivery.refresh_from_db()
        assert delivery.state == "failed"
        assert mail.outbox == []


class TestAsking:
    def test_shows_the_service_token_and_the_request_id(self, user_service):
        user_service.knows(ALICE)
        deliver(app, event("order.confirmed"), request_id="a-request")

        work()

        [lookup] = [call.request for call in user_service.socket.calls if call.request.url.endswith("/api/users/7/")]
        assert lookup.headers["Authorization"].startswith("Bearer ey")
        assert lookup.headers["X-Request-ID"] == "a-request"
