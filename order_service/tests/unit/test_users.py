import pytest

from order_service.clients.users import CachedUserDirectory
from order_service.tests.factories import ALICE, MALLORY
from order_service.tests.fakes import FakeUserDirectory


class FakeCache(dict):
    """Django's cache, which records the last timeout."""

    def add(self, key, value, timeout):
        if key not in self:
            self.set(key, value, timeout)

    def set(self, key, value, timeout):
        self[key] = value
        self.timeout = timeout

    def delete(self, key):
        self.pop(key, None)


class TestCachedUserDirectory:
    def setup_method(self):
        self.directory, self.cache = FakeUserDirectory(active=[ALICE]), FakeCache()
        self.users = CachedUserDirectory(self.directory, self.cache, seconds=60)

    def test_an_active_user_is_looked_up_once(self):
        assert [self.users.is_active(ALICE), self.users.is_active(ALICE)] == [True, True]
        assert self.directory.asked == [ALICE]
        assert self.cache.timeout == 60

    def test_an_inactive_user_is_looked_up_each_time(self):
        assert [self.users.is_active(MALLORY), self.users.is_active(MALLORY)] == [False, False]
        assert self.directory.asked == [MALLORY, MALLORY]

    def test_a_forgotten_user_is_looked_up_again(self):
        self.users.is_active(ALICE)
        self.directory.active = []

        self.users.forget(ALICE)

        assert self.users.is_active(ALICE) is False

    def test_a_user_that_is_not_cached_can_be_forgotten(self):
        self.users.forget(MALLORY)

        assert self.users.is_active(MALLORY) is False

    @pytest.mark.regression
    def test_an_answer_older_than_the_change_is_not_cached(self):
        """The account is closed during the lookup."""
        users = self.users

        class ClosedDuringLookup(FakeUserDirectory):
            def is_active(self, user_id):
                answer = super().is_active(user_id)
                users.forget(user_id)
                self.active = []
                return answer

        users.directory = ClosedDuringLookup(active=[ALICE])

        assert [users.is_active(ALICE), users.is_active(ALICE)] == [True, False]
