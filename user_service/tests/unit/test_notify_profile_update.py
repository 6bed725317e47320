from user_service.services import UserService
from user_service.tests.fakes import FakeListener


class TestNotifyProfileUpdate:
    def test_tells_every_service_the_sorted_names_of_the_fields(self):
        orders, notifications = FakeListener(), FakeListener()

        accepted = UserService(listeners=[orders, notifications]).notify_profile_update(7, ["is_active", "email"])

        assert accepted is True
        assert orders.told == notifications.told == [(7, ["email", "is_active"])]

    def test_sends_only_the_keys_of_a_mapping(self, users, listener):
        users.notify_profile_update(7, {"email": "alice@shop.example"})

        assert listener.told == [(7, ["email"])]

    def test_is_false_when_one_service_refuses_and_still_tells_the_others(self):
        refusing, orders = FakeListener(accepts=False), FakeListener()

        assert UserService(listeners=[refusing, orders]).notify_profile_update(7, ["email"]) is False
        assert orders.told == [(7, ["email"])]
