"""What is kept of user_service's answers, in Redis: asked once, forgotten when told so, done without when need be."""

import time

import pytest

from order_service.tests.integration.people import placed, said_no
from servicekit.storage.cache import PAUSE
from servicekit.testing import eventually
from tests.support.service_processes import Caller, gone


@pytest.fixture
def user_updated(processes, user_service):
    """`user_updated(alice)`: user_service tells that something of her changed."""
    service = Caller(processes, user_service.mint.service("user_service", scopes=["users:notify"]))
    return lambda buyer: service.post("/api/user-updated/", {"user_id": buyer.id, "changes": ["is_active"]})


class TestCustomer:
    def test_is_asked_for_once(self, user_service, alice, lamp):
        for _ in range(5):
            placed(alice.orders((lamp, 1)))

        assert user_service.times_asked(alice.id) == 1

    def test_is_asked_for_by_each_customer(self, user_service, alice, bob, lamp):
        for buyer in (alice, bob, alice, bob):
            placed(buyer.orders((lamp, 1)))

        assert [user_service.times_asked(buyer.id) for buyer in (alice, bob)] == [1, 1]

    def test_is_forgotten_when_user_service_says_so(self, user_service, user_updated, alice, lamp):
        placed(alice.orders((lamp, 1)))
        user_service.knows(alice.id, is_active=False)

        assert user_updated(alice).status_code == 200

        assert said_no(alice.orders((lamp, 1))) == (409, "UNKNOWN_CUSTOMER")
        assert user_service.times_asked(alice.id) == 2

    def test_who_may_not_order_is_asked_for_each_time(self, user_service, alice, lamp):
        """It may be mended by now."""
        user_service.knows(alice.id, is_active=False)
        assert said_no(alice.orders((lamp, 1))) == (409, "UNKNOWN_CUSTOMER")

        user_service.knows(alice.id, is_active=True)

        placed(alice.orders((lamp, 1)))


class TestRedisGone:
    @pytest.fixture(autouse=True)
    def nobody_rests(self):
        """A thread that met no Redis leaves it alone for a moment; the next test is not to meet that."""
        yield
        mended = time.monotonic()
        eventually(lambda: time.monotonic() > mended + PAUSE)

    def test_a_restart_that_nobody_met_is_not_noticed(self, processes, user_service, alice, lamp):
        """The connections that were kept are dead; there is one more try, on a new one."""
        placed(alice.orders((lamp, 1)))

        with gone(processes.cache):
            pass

        placed(alice.orders((lamp, 1)))
        assert user_service.times_asked(alice.id) == 1

    def test_orders_are_taken_and_user_service_is_asked_each_time(self, processes, user_service, alice, lamp):
        placed(alice.orders((lamp, 1)))

        with gone(processes.cache):
            for _ in range(3):
                placed(alice.orders((lamp, 1)))

        assert user_service.times_asked(alice.id) == 4

    def test_user_service_is_not_told_that_something_failed(self, processes, user_updated, alice):
        with gone(processes.cache):
            assert user_updated(alice).status_code == 200

    def test_one_that_hangs_costs_a_moment(self, processes, alice, lamp):
        placed(alice.orders((lamp, 1)))
        processes.cache.hang()

        answer = alice.orders((lamp, 1))
        processes.cache.resume()

        placed(answer)
        assert answer.elapsed.total_seconds() < 3

    def test_it_is_used_again_when_it_is_back(self, processes, user_service, alice, lamp):
        with gone(processes.cache):
            placed(alice.orders((lamp, 1)))

        def is_used():
            asked = user_service.times_asked(alice.id)
            placed(alice.orders((lamp, 1)))
            return user_service.times_asked(alice.id) == asked

        eventually(is_used, within=15)
