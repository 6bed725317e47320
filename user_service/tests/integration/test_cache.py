"""Accounts are kept in Redis for a while, forgotten on change, and read from the database when Redis is gone."""

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


def behind_our_back(person, **fields):
    """Change the row so that nobody notices: whoever still shows the old state has it from the cache."""
    User.objects.filter(pk=person.id).update(**fields)


@pytest.fixture
def kept(alice):
    """Alice, whose account is in the cache."""
    forget_the_change_of(alice)
    alice.looks()
    return alice


def forget_the_change_of(person):
    """Let the moment pass in which nothing is kept, because the account was just changed: ten seconds."""
    cache.delete(f"user:{person.id}:changed")


def first_name(person):
    answer = person.looks()
    return answer.json()["first_name"] if answer.ok else answer.status_code


class TestKept:
    def test_an_account_is_read_from_the_database_once(self, kept):
        behind_our_back(kept, first_name="Al")

        assert {first_name(kept) for _ in range(4)} == {"Alice"}

    def test_what_is_not_there_is_read_from_the_database(self, kept):
        behind_our_back(kept, first_name="Al")
        cache.delete(f"user:{kept.id}")

        assert first_name(kept) == "Al"

    @pytest.mark.security
    def test_no_copy_opens_the_door_to_an_account_that_is_closed(self, kept):
        behind_our_back(kept, is_active=False)

        assert kept.looks().status_code == 401


class TestForgotten:
    def test_on_a_change_by_every_process(self, kept):
        assert kept.changes(first_name="Al").status_code == 200

        # Both of the web server's processes answer some of these.
        assert {first_name(kept) for _ in range(8)} == {"Al"}

    def test_with_the_account(self, kept, staff):
        assert kept.leaves().status_code == 204

        assert staff.calls("GET", f"/api/users/{kept.id}/").status_code == 404

    def test_although_others_read_while_the_change_was_under_way(self, kept):
        with transaction.atomic():
            UserService(listeners=[]).update_user_with_profile(kept.id, {"first_name": "Al"})
            assert {first_name(kept) for _ in range(4)} == {"Alice"}

        assert {first_name(kept) for _ in range(4)} == {"Al"}


class TestRolledBack:
    @pytest.mark.regression
    def test_what_was_never_true_is_not_kept(self, kept):
        """The transaction itself reads its own change; that copy must not outlive it."""
        with pytest.raises(ZeroDivisionError), transaction.atomic():  # noqa: PT012 - the transaction is what is tried
            UserService(listeners=[]).update_user_with_profile(kept.id, {"first_name": "Al"})
            assert UserService(listeners=[]).get_user_by_id(kept.id).first_name == "Al"
            raise ZeroDivisionError

        assert {first_name(kept) for _ in range(4)} == {"Alice"}

    def test_a_change_that_was_refused_changes_nothing(self, kept, customer, staff):
        other = customer()

        refused = staff.changes(of=kept, first_name="Al", username=other.name)

        assert refused.status_code == 400
        assert {first_name(kept) for _ in range(4)} == {"Alice"}


class TestRedisGone:
    @pytest.fixture(autouse=True)
    def nobody_rests(self):
        """A thread that met no Redis leaves it alone for a moment; the next test is not to meet that."""
        yield
        mended = time.monotonic()
        eventually(lambda: time.monotonic() > mended + PAUSE)

    def test_accounts_are_read_changed_and_opened_a_little_slower(self, processes, kept, somebody):
        with unreachable(processes.cache):
            behind_our_back(kept, first_name="Al")
            began = time.monotonic()
            read = [first_name(kept) for _ in range(4)]
            changed = kept.changes(first_name="Ally")
            opened = somebody().registers()
            took = time.monotonic() - began

        assert (read, changed.status_code, opened.status_code) == (["Al"] * 4, 200, 201)
        assert took < 5

    def test_a_change_as_soon_as_it_is_back_is_not_overlooked(self, processes, kept):
        """A Redis that just failed is left alone for a second, but not by those who have to forget."""
        with unreachable(processes.cache):
            kept.looks()

        kept.changes(first_name="Al")

        assert {first_name(kept) for _ in range(4)} == {"Al"}

    def test_it_is_used_again_when_it_is_back(self, processes, alice):
        with unreachable(processes.cache):
            alice.looks()
        forget_the_change_of(alice)

        def is_kept():
            alice.looks()
            return cache.get(f"user:{alice.id}")

        eventually(is_kept, within=15)


class TestThrottle:
    """A web server that takes three sign-ins a minute from an address; its counts are in Redis."""

    @pytest.fixture
    def strict(self, processes):
        web = processes.another("serve", THROTTLE_LOGIN="3/min", NUM_PROXIES="1", WEB_WORKERS="2")
        web.wait_until(is_ready, within=60)
        yield web
        web.kill()

    @pytest.fixture
    def knocks(self, strict, somebody):
        """Sign in without an account, from an address of this test's own."""
        stranger = somebody()
        body = {"username": stranger.name, "password": "a guess"}
        path, whence = "/api/auth/login/", {"X-Forwarded-For": "198.51.100.7"}
        return lambda: stranger.calls("POST", path, body, at=strict.url, **whence).status_code

    @pytest.mark.security
    def test_counts_over_processes_opens_without_redis_and_counts_on(self, processes, knocks):
        assert [knocks() for _ in range(5)] == [401, 401, 401, 429, 429]

        with unreachable(processes.cache):
            began = time.monotonic()
            assert [knocks() for _ in range(3)] == [401] * 3
            assert time.monotonic() - began < 5

        eventually(lambda: knocks() == 429, within=15)


class TestLocks:
    def test_readers_do_not_wait_for_a_change(self, kept):
        with transaction.atomic():
            User.objects.select_for_update().get(pk=kept.id)

            assert kept.looks().status_code == 200
            assert waiting_for_a_lock() == 0
