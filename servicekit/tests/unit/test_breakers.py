import pytest

from servicekit.calls.breakers import FAILURES, PAUSE, Breaker, breaker_of, close_all


class Clock:
    now = 1000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def breaker(clock):
    return Breaker(clock=clock)


def fail(breaker, times):
    for _ in range(times):
        breaker.failed()


class TestBreaker:
    def test_opens_after_five_failures_in_a_row(self, breaker):
        fail(breaker, FAILURES - 1)
        assert breaker.allows_call()

        fail(breaker, 1)
        assert not breaker.allows_call()

    def test_is_logged_when_it_opens_and_when_it_closes(self, clock, caplog):
        breaker = Breaker("user_service", clock=clock)
        caplog.set_level("INFO")
        fail(breaker, FAILURES + 1)
        breaker.succeeded()
        breaker.succeeded()

        assert [record.getMessage() for record in caplog.records] == [
            "the circuit breaker of user_service is open after 5 failed calls",
            "the circuit breaker of user_service is closed again",
        ]

    def test_a_success_starts_the_count_again(self, breaker):
        fail(breaker, FAILURES - 1)
        breaker.succeeded()
        fail(breaker, FAILURES - 1)

        assert breaker.allows_call()

    def test_stays_open_for_ten_seconds(self, breaker, clock):
        fail(breaker, FAILURES)

        clock.now += PAUSE - 0.1
        assert not breaker.allows_call()
        clock.now += 0.1
        assert breaker.allows_call()

    def test_allows_one_trial_call_after_the_pause(self, breaker, clock):
        fail(breaker, FAILURES)
        clock.now += PAUSE

        assert [breaker.allows_call() for _ in range(3)] == [True, False, False]

    def test_a_failed_trial_call_opens_it_again(self, breaker, clock):
        fail(breaker, FAILURES)
        clock.now += PAUSE
        breaker.allows_call()

        fail(breaker, 1)

        clock.now += PAUSE - 0.1
        assert not breaker.allows_call()

    def test_a_successful_trial_call_closes_it(self, breaker, clock):
        fail(breaker, FAILURES)
        clock.now += PAUSE
        breaker.allows_call()

        breaker.succeeded()

        fail(breaker, FAILURES - 1)
        assert breaker.allows_call()

    def test_a_trial_call_that_never_ends_is_followed_by_another(self, breaker, clock):
        fail(breaker, FAILURES)
        clock.now += PAUSE
        breaker.allows_call()

        clock.now += PAUSE
        assert breaker.allows_call()


def test_there_is_one_for_each_neighbour_and_process():
    assert breaker_of("users") is breaker_of("users")
    assert breaker_of("users") is not breaker_of("orders")


def test_close_all_forgets_every_failure():
    fail(breaker_of("users"), FAILURES)

    close_all()

    assert breaker_of("users").allows_call()
