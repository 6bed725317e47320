"""Accounts are cached in Redis, dropped on change, and read from the database when Redis is unreachable."""

import time

import pytest
from django.contrib.auth.models import User
from django.core.cache import cache
from django.db import transaction

from servicekit.storage.cache import PAUSE
from servicekit.testing import eventually
from tests.support.locks import waiting_for_a_lock
from tests.support.processes import is_ready
from tests.support.service_processes import unreachable
from user_service.services import UserService


def change_row_only(person, **fields):
    """Change the row without dropping the cached copy: an answer with the old values comes from the cache."""
    User.objects.filter(pk=person.id).update(**fields)


@pytest.fixture
def cached(alice):
    """Alice, whose account is cached."""
    remove_change_mark(alice)
    alice.reads()
    return alice


def remove_change_mark(person):
    """Remove the mark of a recent change, which prevents caching for ten seconds."""
    cache.delete(f"user:{person.id}:changed")


def first_name(person):
    answer = person.reads()
    return answer.json()["first_name"] if answer.ok else answer.status_code


class TestCached:
    def test_an_account_is_read_from_the_database_once(self, cached):
        change_row_only(cached, first_name="Al")

        assert {first_name(cached) for _ in range(4)} == {"Alice"}

    def test_an_account_that_is_not_cached_is_read_from_the_database(self, cached):
        change_row_only(cached, first_name="Al")
        cache.delete(f"user:{cached.id}")

        assert first_name(cached) == "Al"

    @pytest.mark.security
    def test_a_deactivated_account_is_refused_although_it_is_cached(self, cached):
        change_row_only(cached, is_active=False)

        assert cached.reads().status_code == 401


class TestDropped:
    def test_every_process_shows_a_change(self, cached):
        assert cached.changes(first_name="Al").status_code == 200

        # Both processes of the web server answer some of these.
        assert {first_name(cached) for _ in range(8)} == {"Al"}

    def test_a_deleted_account_is_404(self, cached, staff):
        assert cached.deletes().status_code == 204

        assert staff.calls("GET", f"/api/users/{cached.id}/").status_code == 404

    def test_reads_during_the_change_do_not_keep_the_old_copy(self, cached):
        with transaction.atomic():
            UserService(listeners=[]).update_user_with_profile(cached.id, {"first_name": "Al"})
            assert {first_name(cached) for _ in range(4)} == {"Alice"}

        assert {first_name(cached) for _ in range(4)} == {"Al"}


class TestRolledBack:
    @pytest.mark.regression
    def test_a_change_that_was_rolled_back_is_not_cached(self, cached):
        """A transaction that reads its own change must not leave it in the cache."""
        with pytest.raises(ZeroDivisionError), transaction.atomic():  # noqa: PT012 - the transaction is what is tried
            UserService(listeners=[]).update_user_with_profile(cached.id, {"first_name": "Al"})
            assert UserService(listeners=[]).get_user_by_id(cached.id).first_name == "Al"
            raise ZeroDivisionError

        assert {first_name(cached) for _ in range(4)} == {"Alice"}

    def test_a_refused_change_changes_nothing(self, cached, customer, staff):
        other = customer()

        refused = staff.changes(of=cached, first_name="Al", username=other.name)

        assert refused.status_code == 400
        assert {first_name(cached) for _ in range(4)} == {"Alice"}


class TestRedisUnreachable:
    @pytest.fixture(autouse=True)
    def wait_for_redis(self):
        """A thread does not use Redis for a moment after a failure; the next test must not notice that."""
        yield
        restored = time.monotonic()
        eventually(lambda: time.monotonic() > restored + PAUSE)

    def test_accounts_are_read_changed_and_created_within_five_seconds(self, processes, cached, person):
        with unreachable(processes.cache):
            change_row_only(cached, first_name="Al")
            began = time.monotonic()
            read = [first_name(cached) for _ in range(4)]
            changed = cached.changes(first_name="Ally")
            registered = person().registers()
            took = time.monotonic() - began

        assert (read, changed.status_code, registered.status_code) == (["Al"] * 4, 200, 201)
        assert took < 5

    def test_a_change_right_after_it_is_back_drops_the_copy(self, processes, cached):
        """After a failure Redis is not used for a second, except for dropping copies."""
        with unreachable(processes.cache):
            cached.reads()

        cached.changes(first_name="Al")

        assert {first_name(cached) for _ in range(4)} == {"Al"}

    def test_it_is_used_again_when_it_is_back(self, processes, alice):
        with unreachable(processes.cache):
            alice.reads()
        remove_change_mark(alice)

        def is_cached():
            alice.reads()
            return cache.get(f"user:{alice.id}")

        eventually(is_cached, within=15)


class TestThrottle:
    """A web server with a limit of three sign-ins a minute and address; the counts are in Redis."""

    @pytest.fixture
    def strict(self, processes):
        web = processes.another("serve", THROTTLE_LOGIN="3/min", NUM_PROXIES="1", WEB_WORKERS="2")
        web.wait_until(is_ready, within=60)
        yield web
        web.kill()

    @pytest.fixture
    def sign_in(self, strict, person):
        """Sign in with an unknown name, from an address that no other test uses."""
        stranger = person()
        body = {"username": stranger.name, "password": "wrong"}
        path, headers = "/api/auth/login/", {"X-Forwarded-For": "198.51.100.7"}
        return lambda: stranger.calls("POST", path, body, at=strict.url, **headers).status_code

    @pytest.mark.security
    def test_counts_over_processes_and_limits_nothing_while_redis_is_unreachable(self, processes, sign_in):
        assert [sign_in() for _ in range(5)] == [401, 401, 401, 429, 429]

        with unreachable(processes.cache):
            began = time.monotonic()
            assert [sign_in() for _ in range(3)] == [401] * 3
            assert time.monotonic() - began < 5

        eventually(lambda: sign_in() == 429, within=15)


class TestLocks:
    def test_readers_do_not_wait_for_a_change(self, cached):
        with transaction.atomic():
            User.objects.select_for_update().get(pk=cached.id)

            assert cached.reads().status_code == 200
            assert waiting_for_a_lock() == 0
