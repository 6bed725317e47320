import pytest
from django.db import OperationalError

from servicekit.storage import outages
from servicekit.storage.outages import through_outages

pytestmark = pytest.mark.django_db


class Outage:
    """A database that is away for a number of calls."""

    def __init__(self, calls: int):
        self.left = calls

    def __call__(self) -> str:
        if self.left:
            self.left -= 1
            raise OperationalError("connection refused")
        return "done"


class TestADatabaseThatIsAway:
    @pytest.fixture(autouse=True)
    def _no_waiting(self, monkeypatch):
        self.pauses = []
        monkeypatch.setattr(outages.time, "sleep", self.pauses.append)

    def test_is_waited_for_with_growing_pauses(self):
        assert through_outages(Outage(calls=7)) == "done"
        assert self.pauses == [0.1, 0.2, 0.4, 0.8, 1.6, 2.0, 2.0]

    def test_is_not_waited_for_longer_than_half_a_minute(self):
        with pytest.raises(OperationalError):
            through_outages(Outage(calls=99), clock=lambda: sum(self.pauses))

        assert 28 < sum(self.pauses) <= 30
