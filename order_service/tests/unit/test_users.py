import pytest

from order_service.clients.users import RememberingUserDirectory
from order_service.tests.factories import ALICE, MALLORY
from order_service.tests.fakes import FakeUserDirectory


class FakeCache(dict):
    """Django's cache, with what it was told about time."""

    def add(self, key, value, timeout):
        if key not in self:
            self.set(key, value, timeout)

    def set(self, key, value, timeout):
        self[key] = value
        self.timeout = timeout

    def delete(self, key):
        self.pop(key, None)


class TestRememberingUserDirectory:
    def setup_method(self):
        self.directory, self.cache = FakeUserDirectory(active=[ALICE]), FakeCache()
        self.users = RememberingUserDirectory(self.directory, self.cache, seconds=60)

    def test_asks_once_in_a_while(self):
        assert [self.users.is_active(ALICE), self.users.is_active(ALICE)] == [True, True]
        assert self.directory.asked == [ALICE]
        assert self.cache.timeout == 60

    def test_asks_again_after_a_no(self):
        """It may be mended by now."""
        assert [self.users.is_active(MALLORY), self.users.is_active(MALLORY)] == [False, False]
        assert self.directory.asked == [MALLORY, MALLORY]

    def test_asks_again_when_told_to_forget(self):
        self.users.is_active(ALICE)
        self.directory.active = []

        self.users.forget(ALICE)

        assert self.users.is_active(ALICE) is False

    def test_forgets_what_it_never_knew(self):
        self.users.forget(MALLORY)

        assert self.users.is_active(MALLORY) is False

    @pytest.mark.regression
    def test_does_not_keep_an_answer_older_than_the_change(self):
        """The question was on its way when the account was closed."""
        users = self.users

        class ClosedMeanwhile(FakeUserDirectory):
            def is_active(self, user_id):
                answer = super().is_active(user_id)
                users.forget(user_id)
                self.active = []
                return answer

        users.directory = ClosedMeanwhile(active=[ALICE])

        assert [users.is_active(ALICE), users.is_active(ALICE)] == [True, False]
