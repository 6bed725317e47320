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
