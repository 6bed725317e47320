import pytest
from django.db import OperationalError

from notification_service import outages
from notification_service.outages import retry_while_database_is_down

pytestmark = pytest.mark.django_db


class Outage:
    """A database that is down for a number of calls."""

    def __init__(self, calls: int):
        self.left = calls

    def __call__(self) -> str:
        if self.left:
            self.left -= 1
            raise OperationalError("connection refused")
        return "done"


class TestRetryWhileDatabaseIsDown:
    @pytest.fixture(autouse=True)
    def _no_waiting(self, monkeypatch):
        self.pauses = []
        monkeypatch.setattr(outages.time, "sleep", self.pauses.append)

    def test_tries_again_with_growing_pauses(self):
        assert retry_while_database_is_down(Outage(calls=7)) == "done"
        assert self.pauses == [0.1, 0.2, 0.4, 0.8, 1.6, 2.0, 2.0]

    def test_gives_up_after_half_a_minute(self):
        with pytest.raises(OperationalError):
            retry_while_database_is_down(Outage(calls=99), clock=lambda: sum(self.pauses))

        assert 28 < sum(self.pauses) <= 30
