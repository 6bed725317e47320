"""Telling order_service and notification_service of a changed account, whatever they do."""

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

DOES_NOT_ACCEPT = sorted(set(FAILURES) - {"talks nonsense", "answers a list", "answers null"})
"""A 200 is a yes, whatever its body: nothing in it is needed."""


@pytest.fixture
def _both_listen(neighbours):
    neighbours.post(ORDERS)
    neighbours.post(NOTIFICATIONS)


class TestTell:
    @pytest.mark.usefixtures("_both_listen")
    def test_says_who_changed_and_in_what(self, neighbours):
        assert UserService().notify_profile_update(7, {"is_active": False}) is True

        assert [call.request.url for call in neighbours.calls] == [ORDERS, NOTIFICATIONS]
        assert [sent_json(call) for call in neighbours.calls] == [{"user_id": 7, "changes": ["is_active"]}] * 2

    @pytest.mark.usefixtures("_both_listen")
    def test_shows_a_token_that_is_good_for_this_only(self, neighbours):
        UserService().notify_profile_update(7, ["email"])

        for call in list(neighbours.calls):
            token = call.request.headers["Authorization"].removeprefix("Bearer ")
            caller = verify(token, wiring.token_keys(), now=wiring.clock()())
            assert (caller.name, caller.scopes) == ("user_service", {"users:notify"})
        assert len(neighbours.calls) == 2

    @pytest.mark.usefixtures("_both_listen")
    def test_shows_that_token_whatever_passwords_the_surroundings_have(self, neighbours, monkeypatch, tmp_path):
        """`requests` lets a .netrc win over a header that is given."""
        passwords = tmp_path / "netrc"
        passwords.write_text("default login somebody password else\n")
        monkeypatch.setenv("NETRC", str(passwords))

        UserService().notify_profile_update(7, ["email"])

        assert {call.request.headers["Authorization"].partition(" ")[0] for call in neighbours.calls} == {"Bearer"}

    @pytest.mark.usefixtures("_both_listen")
    def test_passes_on_whose_request_it_was(self, neighbours):
        with bound_request_id("request-7"):
            UserService().notify_profile_update(7, ["email"])

        assert {call.request.headers["X-Request-ID"] for call in neighbours.calls} == {"request-7"}

    @pytest.mark.parametrize("failure", DOES_NOT_ACCEPT)
    @pytest.mark.parametrize(("failing", "listening"), [(ORDERS, NOTIFICATIONS), (NOTIFICATIONS, ORDERS)])
    def test_is_not_done_when_one_fails(self, neighbours, failing, listening, failure):
        """The other one hears of it all the same."""
        fails(neighbours, "POST", failing, failure)
        neighbours.post(listening)

        assert UserService().notify_profile_update(7, ["email"]) is False
        assert neighbours.assert_call_count(listening, 1)

    @pytest.mark.parametrize("status", [201, 204, 400, 401, 403, 404, 429])
    def test_takes_nothing_but_200_for_a_yes(self, neighbours, status):
        neighbours.post(ORDERS, status=status)
        neighbours.post(NOTIFICATIONS)

        assert UserService().notify_profile_update(7, ["email"]) is False


class TestSlowNeighbour:
    @pytest.mark.parametrize(
        "behave", [hangs, trickles(b"HTTP/1.1 200 OK\r\nX-Long: ", b"a")], ids=["silent", "trickles its headers"]
    )
    def test_is_given_up_on_in_time(self, neighbours, behave):
        with server_that(behave) as address:
            neighbours.add_passthru(address)
            orders = ListeningService(HttpNeighbour("order_service", address))
            started = time.monotonic()

            assert orders.tell(user_id=7, changes=["email"]) is False
            assert time.monotonic() - started < 4


@pytest.mark.django_db
class TestRequest:
    def test_waits_for_no_neighbour(self, as_alice, alice, neighbours):
        """They are told later, by a task: no neighbour is asked while the user waits."""
        answer = as_alice.patch(f"/api/users/{alice.pk}/", {"first_name": "Al"})

        assert answer.status_code == 200
        assert len(neighbours.calls) == 0

    @pytest.mark.usefixtures("_both_listen")
    @pytest.mark.parametrize(
        ("change", "changes"),
        [
            (lambda client, url: client.patch(url, {"first_name": "Al"}), ["first_name"]),
            (lambda client, url: client.patch(url, {"is_active": False}), ["is_active"]),
            (lambda client, url: client.delete(url), ["deleted"]),
        ],
        ids=["changed", "deactivated", "deleted"],
    )
    def test_every_change_reaches_both(self, as_staff, neighbours, change, changes):
        bob = User.objects.create_user("bob")
        change(as_staff, f"/api/users/{bob.pk}/")

        for wire in [wire for wire in wires() if wire.exchange == ""]:
            deliver(app, wire)

        assert [sent_json(call) for call in neighbours.calls] == [{"user_id": bob.pk, "changes": changes}] * 2


@pytest.mark.django_db
class TestTask:
    def test_tries_again_later_while_somebody_does_not_accept(self, neighbours, monkeypatch):
        fails(neighbours, "POST", ORDERS, "answers 503")
        neighbours.post(NOTIFICATIONS)
        retried = []
        monkeypatch.setattr(tasks.notify_profile_update, "retry", lambda **how: retried.append(how) or Retry())

        with pytest.raises(Retry):
            tasks.notify_profile_update(user_id=7, changes=["email"])

        [how] = retried
        assert isinstance(how["exc"], tasks.NotAcceptedByAll)
        assert how["countdown"] == 2
