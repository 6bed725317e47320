"""Notifying order_service and notification_service of a changed account, also when they fail."""

import time

import pytest
from celery.exceptions import Retry
from django.contrib.auth.models import User

from servicekit.auth.tokens import verify
from servicekit.base.telemetry import bound_request_id
from servicekit.calls.http import HttpNeighbour
from servicekit.testing.http import FAILURES, fails, sent_json
from servicekit.testing.messages import deliver, wires
from servicekit.testing.sockets import hangs, server_that, trickles
from user_service import tasks, wiring
from user_service.celery_app import app
from user_service.clients import ListeningService
from user_service.services import UserService

ORDERS, NOTIFICATIONS = "http://orders.test/api/user-updated/", "http://notifications.test/api/user-updated/"

REFUSALS = sorted(set(FAILURES) - {"talks nonsense", "answers a list", "answers null"})
"""An answer with status 200 accepts, whatever its body is."""


@pytest.fixture
def _both_accept(neighbours):
    neighbours.post(ORDERS)
    neighbours.post(NOTIFICATIONS)


class TestNotify:
    @pytest.mark.usefixtures("_both_accept")
    def test_sends_the_user_and_the_changed_fields_to_both(self, neighbours):
        assert UserService().notify_profile_update(7, {"is_active": False}) is True

        assert [call.request.url for call in neighbours.calls] == [ORDERS, NOTIFICATIONS]
        assert [sent_json(call) for call in neighbours.calls] == [{"user_id": 7, "changes": ["is_active"]}] * 2

    @pytest.mark.usefixtures("_both_accept")
    def test_sends_a_token_with_the_scope_users_notify(self, neighbours):
        UserService().notify_profile_update(7, ["email"])

        tokens = [call.request.headers["Authorization"].removeprefix("Bearer ") for call in neighbours.calls]
        callers = [verify(token, wiring.token_keys(), now=wiring.clock()()) for token in tokens]
        assert [(caller.name, caller.scopes) for caller in callers] == [("user_service", {"users:notify"})] * 2

    @pytest.mark.usefixtures("_both_accept")
    def test_sends_that_token_whatever_netrc_contains(self, neighbours, monkeypatch, tmp_path):
        """`requests` replaces the header by an entry of .netrc, unless told otherwise."""
        passwords = tmp_path / "netrc"
        passwords.write_text("default login somebody password else\n")
        monkeypatch.setenv("NETRC", str(passwords))

        UserService().notify_profile_update(7, ["email"])

        assert {call.request.headers["Authorization"].partition(" ")[0] for call in neighbours.calls} == {"Bearer"}

    @pytest.mark.usefixtures("_both_accept")
    def test_passes_the_request_id_on(self, neighbours):
        with bound_request_id("request-7"):
            UserService().notify_profile_update(7, ["email"])

        assert {call.request.headers["X-Request-ID"] for call in neighbours.calls} == {"request-7"}

    @pytest.mark.parametrize("failure", REFUSALS)
    @pytest.mark.parametrize(("failing", "accepting"), [(ORDERS, NOTIFICATIONS), (NOTIFICATIONS, ORDERS)])
    def test_is_false_when_one_fails_and_still_notifies_the_other(self, neighbours, failing, accepting, failure):
        fails(neighbours, "POST", failing, failure)
        neighbours.post(accepting)

        assert UserService().notify_profile_update(7, ["email"]) is False
        assert neighbours.assert_call_count(accepting, 1)

    @pytest.mark.parametrize("status", [201, 204, 400, 401, 403, 404, 429])
    def test_another_status_than_200_is_a_refusal(self, neighbours, status):
        neighbours.post(ORDERS, status=status)
        neighbours.post(NOTIFICATIONS)

        assert UserService().notify_profile_update(7, ["email"]) is False


class TestSlowNeighbour:
    @pytest.mark.parametrize(
        "behave", [hangs, trickles(b"HTTP/1.1 200 OK\r\nX-Long: ", b"a")], ids=["silent", "trickles its headers"]
    )
    def test_is_given_up_after_four_seconds(self, neighbours, behave):
        with server_that(behave) as address:
            neighbours.add_passthru(address)
            orders = ListeningService(HttpNeighbour("order_service", address))
            started = time.monotonic()

            assert orders.tell(user_id=7, changes=["email"]) is False
            assert time.monotonic() - started < 4


@pytest.mark.django_db
class TestRequest:
    def test_makes_no_request_to_another_service(self, as_alice, alice, neighbours):
        """They are notified later, by a task."""
        answer = as_alice.patch(f"/api/users/{alice.pk}/", {"first_name": "Al"})

        assert answer.status_code == 200
        assert len(neighbours.calls) == 0

    @pytest.mark.usefixtures("_both_accept")
    @pytest.mark.parametrize(
        ("change", "changes"),
        [
            (lambda client, url: client.patch(url, {"first_name": "Al"}), ["first_name"]),
            (lambda client, url: client.patch(url, {"is_active": False}), ["is_active"]),
            (lambda client, url: client.delete(url), ["deleted"]),
        ],
        ids=["changed", "deactivated", "deleted"],
    )
    def test_every_change_is_sent_to_both(self, as_staff, neighbours, change, changes):
        bob = User.objects.create_user("bob")
        change(as_staff, f"/api/users/{bob.pk}/")

        for wire in [wire for wire in wires() if wire.exchange == ""]:
            deliver(app, wire)

        assert [sent_json(call) for call in neighbours.calls] == [{"user_id": bob.pk, "changes": changes}] * 2


@pytest.mark.django_db
class TestTask:
    def test_is_retried_after_two_seconds_when_one_refuses(self, neighbours, monkeypatch):
        fails(neighbours, "POST", ORDERS, "answers 503")
        neighbours.post(NOTIFICATIONS)
        retried = []
        monkeypatch.setattr(tasks.notify_profile_update, "retry", lambda **how: retried.append(how) or Retry())

        with pytest.raises(Retry):
            tasks.notify_profile_update(user_id=7, changes=["email"])

        [how] = retried
        assert isinstance(how["exc"], tasks.NotAcceptedByAll)
        assert how["countdown"] == 2
