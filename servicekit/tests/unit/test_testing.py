from datetime import UTC, datetime

import pytest

from servicekit.testing import FakeClock, eventually


class TestEventually:
    def test_gives_the_first_true_value(self):
        answers = iter([None, 0, "", "here"])

        assert eventually(lambda: next(answers), every=0) == "here"

    def test_tells_the_last_value_when_it_gives_up(self):
        with pytest.raises(AssertionError, match=r"still \[\] after 0.01 s"):
            eventually(list, within=0.01, every=0.001)

    def test_asks_once_more_at_the_end(self):
        """A probe that takes long is not cut off unasked."""
        answers = iter([False, "late"])

        assert eventually(lambda: next(answers), within=0.001, every=0) == "late"


def test_fake_clock_moves_by_hand_only():
    clock = FakeClock(datetime(2026, 3, 2, 12, tzinfo=UTC))
    clock.advance(minutes=5, seconds=1)

    assert clock() == datetime(2026, 3, 2, 12, 5, 1, tzinfo=UTC)
