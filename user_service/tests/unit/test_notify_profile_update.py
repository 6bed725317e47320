import pytest
from celery.exceptions import Retry

from servicekit.testing.messages import deliver, wires
from user_service import tasks, wiring
from user_service.celery_app import app
from user_service.services import UserService
from user_service.tests.fakes import FakeListener


class TestNotifyProfileUpdate:
    def test_tells_every_neighbour_what_changed(self):
        orders, notifications = FakeListener(), FakeListener()

        accepted = UserService(listeners=[orders, notifications]).notify_profile_update(7, ["is_active", "email"])

        assert accepted is True
        assert orders.told == notifications.told == [(7, ["email", "is_active"])]

    def test_takes_a_mapping_and_keeps_its_values_to_itself(self, users, listener):
        users.notify_profile_update(7, {"email": "alice@shop.example"})

        assert listener.told == [(7, ["email"])]

    def test_is_not_done_before_all_accept(self):
        """The others are told all the same."""
        deaf, orders = FakeListener(accepts=False), FakeListener()

        assert UserService(listeners=[deaf, orders]).notify_profile_update(7, ["email"]) is False
        assert orders.told == [(7, ["email"])]


@pytest.mark.django_db
class TestTask:
    @pytest.fixture(autouse=True)
    def _listening(self, monkeypatch, listener):
        monkeypatch.setattr(wiring, "profile_listeners", lambda: [listener])

    def test_carries_a_change_from_the_outbox_to_the_neighbours(self, users, alice, listener):
        users.update_user_with_profile(alice.pk, {"first_name": "Al"})

        [command] = [wire for wire in wires() if wire.exchange == ""]
        deliver(app, command)

        assert command.routing_key == "user_service.work"
        assert listener.told == [(alice.pk, ["first_name"])]

    def test_tries_again_while_somebody_does_not_accept(self, listener, monkeypatch):
        listener.accepts = False
        retried = []
        monkeypatch.setattr(tasks.notify_profile_update, "retry", lambda **how: retried.append(how) or Retry())

        with pytest.raises(Retry):
            tasks.notify_profile_update(user_id=7, changes=["email"])

        [how] = retried
        assert isinstance(how["exc"], tasks.NotEverybodyAccepted)
        assert 0 <= how["countdown"] <= 2
