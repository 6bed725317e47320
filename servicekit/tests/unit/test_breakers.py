from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from servicekit.base.exceptions import NeighbourUnavailable
from servicekit.calls.breakers import FAILURES, PAUSE, Breaker, breaker_of, close_all

TROUBLE = NeighbourUnavailable("users", "down")


@pytest.fixture
def breaker():
    return Breaker("users")


def fail(breaker, times):
    for _ in range(times):
        breaker.failed(TROUBLE)


def after_the_pause():
    return time_machine.travel(datetime.now(UTC) + PAUSE + timedelta(seconds=1), tick=False)


class TestBreaker:
    def test_opens_after_five_failures_in_a_row(self, breaker):
        fail(breaker, FAILURES - 1)
        assert not breaker.is_open
        fail(breaker, 1)
        assert breaker.is_open

    def test_a_success_in_between_starts_the_count_again(self, breaker):
        fail(breaker, FAILURES - 1)
        breaker.succeeded()
        fail(breaker, FAILURES - 1)

        assert not breaker.is_open

    def test_lets_somebody_try_after_the_pause(self, breaker):
        fail(breaker, FAILURES)

        with after_the_pause():
            assert not breaker.is_open

    def test_one_more_failure_after_the_pause_opens_it_again(self, breaker):
        fail(breaker, FAILURES)

        with after_the_pause():
            fail(breaker, 1)
            assert breaker.is_open

    def test_one_success_after_the_pause_closes_it(self, breaker):
        fail(breaker, FAILURES)

        with after_the_pause():
            breaker.succeeded()
            fail(breaker, FAILURES - 1)
            assert not breaker.is_open

    def test_news_from_calls_that_began_before_it_opened_change_nothing(self, breaker):
        fail(breaker, FAILURES)

        breaker.succeeded()
        breaker.failed(TROUBLE)

        assert breaker.is_open


def test_there_is_one_for_each_neighbour_and_process():
    assert breaker_of("users") is breaker_of("users")
    assert breaker_of("users") is not breaker_of("orders")


def test_close_all_forgets_every_failure():
    fail(breaker_of("users"), FAILURES)

    close_all()

    fail(breaker_of("users"), FAILURES - 1)
    assert not breaker_of("users").is_open
    close_all()
