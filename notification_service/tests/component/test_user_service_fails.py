"""user_service answers 500, times out or answers nonsense: the mail is retried, and fails at the last attempt."""

import socket
import time

import pytest
import responses
from celery.exceptions import Retry
from django.core import mail

from notification_service import wiring
from notification_service.celery_app import app
from notification_service.models import Delivery
from notification_service.services.deliveries import MAX_ATTEMPTS
from notification_service.tests.component.neighbours import USERS
from notification_service.tests.component.queue import run_tasks
from notification_service.tests.factories import event
from notification_service.tests.people import ALICE
from servicekit.testing.http import FAILURES
from servicekit.testing.messages import deliver, wires

pytestmark = pytest.mark.django_db

MORE_FAILURES = FAILURES | {
    "answers 403": {"status": 403, "json": {"error": "no", "code": "PERMISSION_DENIED", "detail": "no"}},
    "answers another user": {
        "status": 200,
        "json": {"id": 404, "username": "x", "email": "x@x", "is_active": True},
    },
    "answers 204": {"status": 204},
}


@pytest.fixture
def delivery():
    deliver(app, event("order.confirmed"))
    return Delivery.objects.get()


class TestTemporaryFailure:
    @pytest.mark.parametrize("failure", MORE_FAILURES.values(), ids=MORE_FAILURES)
    def test_the_delivery_is_released_and_retried(self, user_service, delivery, failure):
        user_service.answers(ALICE, **failure)

        with pytest.raises(Retry) as retry:
            run_tasks()

        delivery.refresh_from_db()
        assert retry.value.when == 2
        assert (delivery.state, delivery.attempts, delivery.claimed_until) == ("pending", 1, None)
        assert mail.outbox == []

    @pytest.mark.parametrize("failure", MORE_FAILURES.values(), ids=MORE_FAILURES)
    def test_the_last_attempt_fails_with_the_error_as_reason(self, user_service, delivery, failure):
        user_service.answers(ALICE, **failure)
        Delivery.objects.update(attempts=MAX_ATTEMPTS - 1)

        run_tasks()

        delivery.refresh_from_db()
        assert delivery.state == "failed"
        assert delivery.reason.startswith("gave up after 12 attempts: user_service: ")

    def test_the_mail_is_sent_when_user_service_is_back(self, user_service, delivery):
        task = wires()
        user_service.answers(ALICE, status=500)
        with pytest.raises(Retry):
            run_tasks()

        user_service.knows(ALICE)
        deliver(app, *task)

        delivery.refresh_from_db()
        assert (delivery.state, delivery.attempts) == ("sent", 2)

    def test_the_pauses_grow(self, user_service, delivery):
        """Celery counts the retries in a header of the message."""
        [task] = wires()
        user_service.answers(ALICE, status=500)
        pauses = []
        for retries in (0, 1, 2, 8, 9, 10):
            with pytest.raises(Retry) as retry:
                deliver(app, task._replace(headers=task.headers | {"retries": retries}))
            pauses.append(retry.value.when)

        assert pauses == [2, 4, 8, 512, 600, 600]

    def test_a_user_service_that_never_answers_is_given_up_soon(self, user_service, delivery, monkeypatch, settings):
        """A real socket that accepts the connection and sends nothing."""
        monkeypatch.setattr(wiring, "NEIGHBOUR_TIMEOUT", (0.1, 0.1))
        with socket.create_server(("127.0.0.1", 0)) as silent:
            address = f"http://127.0.0.1:{silent.getsockname()[1]}"
            user_service.mock.add_passthru(address)
            settings.USER_SERVICE_URL = address
            started = time.monotonic()

            with pytest.raises(Retry):
                run_tasks()

        assert time.monotonic() - started < 2

    def test_a_refused_service_token_is_retried(self, user_service, delivery):
        user_service.mock.replace(responses.POST, f"{USERS}/api/auth/service-token/", status=401, json={})

        with pytest.raises(Retry):
            run_tasks()

        assert Delivery.objects.get().state == "pending"

    def test_notifications_can_be_listed(self, alice, user_service, delivery):
        alice.get(f"/api/users/{ALICE}/notifications/")
        user_service.answers(ALICE, status=500)

        assert alice.get(f"/api/users/{ALICE}/notifications/").json()["count"] == 1


class TestPermanentFailure:
    def test_an_unknown_user_fails_at_once(self, user_service, delivery):
        user_service.answers(ALICE, status=404, json={"error": "no", "code": "USER_NOT_FOUND", "detail": "7"})

        run_tasks()

        delivery.refresh_from_db()
        assert (delivery.state, delivery.reason) == ("failed", "user_service does not know user 7")

    def test_an_inactive_user_fails_at_once(self, user_service, delivery):
        user_service.knows(ALICE, is_active=False)

        run_tasks()

        delivery.refresh_from_db()
        assert (delivery.state, delivery.reason) == ("failed", "user 7 is not active")

    @pytest.mark.parametrize("email", ["", " ", "a@b\nBcc: all@example.org"])
    def test_an_invalid_address_fails_at_once(self, user_service, delivery, email):
        user_service.knows(ALICE, email=email)

        run_tasks()

        delivery.refresh_from_db()
        assert delivery.state == "failed"
        assert mail.outbox == []


class TestLookup:
    def test_sends_the_service_token_and_the_request_id(self, user_service):
        user_service.knows(ALICE)
        deliver(app, event("order.confirmed"), request_id="a-request")

        run_tasks()

        [lookup] = [call.request for call in user_service.mock.calls if call.request.url.endswith("/api/users/7/")]
        assert lookup.headers["Authorization"].startswith("Bearer ey")
        assert lookup.headers["X-Request-ID"] == "a-request"
