import random

import pytest

from scripts.shop.load.trend import LEAST_POINTS, TooFewPoints, trend

SEED = 7


def noisy(*, rise: float, noise: float = 1.0) -> list[tuple[float, float]]:
    """200 points around a line that starts at 100 and rises so much in all."""
    dice = random.Random(SEED)  # noqa: S311 - always the same
    return [(float(number), 100 + rise * number / 199 + dice.uniform(-noise, noise)) for number in range(200)]


class TestTrend:
    def test_a_line_that_rises_is_seen_through_noise(self):
        line = trend(noisy(rise=20))

        assert line.certain
        assert line.growth == pytest.approx(20, rel=0.1)

    def test_noise_around_a_level_is_no_trend(self):
        line = trend(noisy(rise=0))

        assert abs(line.growth) < 1

    def test_one_extreme_point_is_no_trend(self):
        points = noisy(rise=0)
        points[-1] = (points[-1][0], 10_000.0)

        assert trend(points).growth < 1

    def test_a_step_back_at_the_end_does_not_hide_a_rise(self):
        points = noisy(rise=20)
        points[-10:] = [(time, 100.0) for time, _ in points[-10:]]

        assert trend(points).certain

    def test_a_line_that_falls_does_not_grow(self):
        assert not trend(noisy(rise=-20)).certain

    def test_a_value_that_never_changes_does_not_grow(self):
        line = trend([(float(number), 5.0) for number in range(50)])

        assert (line.growth, line.certain) == (0.0, False)

    def test_few_points_say_nothing(self):
        with pytest.raises(TooFewPoints):
            trend(noisy(rise=20)[: LEAST_POINTS - 1])
