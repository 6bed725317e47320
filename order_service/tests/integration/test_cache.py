"""The cache of active customers in Redis: lookups, invalidation, and what happens without Redis."""

import time

import pytest

from order_service.tests.integration.people import placed, refusal
from servicekit.storage.cache import PAUSE
from servicekit.testing import eventually
from tests.support.service_processes import Caller, unreachable


@pytest.fixture
def user_updated(processes, user_service):
    """`user_updated(alice)`: user_service reports that her account changed."""
    service = Caller(processes, user_service.mint.service("user_service", scopes=["users:notify"]))
    return lambda buyer: service.post("/api/user-updated/", {"user_id": buyer.id, "changes": ["is_active"]})


class TestCustomer:
    def test_is_looked_up_once(self, user_service, alice, lamp):
        for _ in range(5):
            placed(alice.orders((lamp, 1)))

        assert user_service.times_asked(alice.id) == 1

    def test_is_cached_separately_from_others(self, user_service, alice, bob, lamp):
        for buyer in (alice, bob, alice, bob):
            placed(buyer.orders((lamp, 1)))

        assert [user_service.times_asked(buyer.id) for buyer in (alice, bob)] == [1, 1]

    def test_is_looked_up_again_after_user_service_reports_a_change(self, user_service, user_updated, alice, lamp):
        placed(alice.orders((lamp, 1)))
        user_service.knows(alice.id, is_active=False)

        assert user_updated(alice).status_code == 200

        assert refusal(alice.orders((lamp, 1))) == (409, "UNKNOWN_CUSTOMER")
        assert user_service.times_asked(alice.id) == 2

    def test_who_is_inactive_is_looked_up_each_time(self, user_service, alice, lamp):
        user_service.knows(alice.id, is_active=False)
        assert refusal(alice.orders((lamp, 1))) == (409, "UNKNOWN_CUSTOMER")

        user_service.knows(alice.id, is_active=True)

        placed(alice.orders((lamp, 1)))


class TestRedisGone:
    @pytest.fixture(autouse=True)
    def wait_for_the_pause(self):
        """After an error a thread does not use Redis for a moment; the next test must not begin in it."""
        yield
        restored = time.monotonic()
        eventually(lambda: time.monotonic() > restored + PAUSE)

    def test_a_restart_between_two_requests_has_no_effect(self, processes, user_service, alice, lamp):
        """The kept connections are closed; the cache retries once, on a new one."""
        placed(alice.orders((lamp, 1)))

        with unreachable(processes.cache):
            pass

        placed(alice.orders((lamp, 1)))
        assert user_service.times_asked(alice.id) == 1

    def test_orders_are_placed_and_customers_are_looked_up_each_time(self, processes, user_service, alice, lamp):
        placed(alice.orders((lamp, 1)))

        with unreachable(processes.cache):
            for _ in range(3):
                placed(alice.orders((lamp, 1)))

        assert user_service.times_asked(alice.id) == 4

    def test_a_change_reported_by_user_service_is_200(self, processes, user_updated, alice):
        with unreachable(processes.cache):
            assert user_updated(alice).status_code == 200

    def test_a_redis_that_hangs_delays_an_order_by_less_than_three_seconds(self, processes, alice, lamp):
        placed(alice.orders((lamp, 1)))
        processes.cache.hang()

        answer = alice.orders((lamp, 1))
        processes.cache.resume()

        placed(answer)
        assert answer.elapsed.total_seconds() < 3

    def test_redis_is_used_again_when_it_is_back(self, processes, user_service, alice, lamp):
        with unreachable(processes.cache):
            placed(alice.orders((lamp, 1)))

        def is_used():
            asked = user_service.times_asked(alice.id)
            placed(alice.orders((lamp, 1)))
            return user_service.times_asked(alice.id) == asked

        eventually(is_used, within=15)
