from pathlib import Path

import pytest

from scripts.shop.load import compare
from scripts.shop.load.compare import LEAST_NOISE, Baseline, noise_bound

RUNS = [
    {"order p95": 100.0, "list p95": 10.0},
    {"order p95": 120.0, "list p95": 10.0},
    {"order p95": 96.0, "list p95": 10.0},
]
BASELINE = Baseline.of(RUNS, release="1.2", profile="smoke", loop=20.0)


class TestCompare:
    def test_the_same_numbers_are_no_regression(self):
        assert [one.regression for one in compare.compare(RUNS[0], BASELINE, loop=20.0)] == [False, False]

    def test_what_is_slower_than_the_noise_explains_is_named(self):
        ratios = compare.compare({"order p95": 250.0, "list p95": 11.0}, BASELINE, loop=20.0)

        [regression] = [one for one in ratios if one.regression]
        assert str(regression) == "order p95: 250.0, 2.50 times the baseline of 100.0 (noise up to 1.30)"

    def test_what_repeated_runs_differ_by_is_no_regression(self):
        [order, _] = compare.compare({"order p95": 125.0, "list p95": 10.0}, BASELINE, loop=20.0)

        assert not order.regression

    def test_a_machine_of_half_the_speed_may_take_twice_the_time(self):
        slower = {"order p95": 200.0, "list p95": 20.0}

        assert [one.ratio for one in compare.compare(slower, BASELINE, loop=40.0)] == [1.0, 1.0]

    def test_a_number_that_was_not_measured_is_a_regression(self):
        [_, missing] = compare.compare({"order p95": 100.0}, BASELINE, loop=20.0)

        assert missing.regression
        assert str(missing) == "list p95: not measured, the baseline is 10.0"


class TestBaseline:
    def test_holds_medians(self):
        assert BASELINE.medians == {"order p95": 100.0, "list p95": 10.0}

    def test_leaves_out_what_only_some_runs_measured(self):
        runs = [{"a": 1.0, "b": 2.0}, {"a": 1.0}]

        assert Baseline.of(runs, release="1", profile="smoke", loop=1.0).medians == {"a": 1.0}

    def test_is_read_as_it_was_written(self, tmp_path: Path):
        BASELINE.write(tmp_path / "1.2.json")

        assert Baseline.read(tmp_path / "1.2.json") == BASELINE

    def test_the_newest_is_that_of_the_highest_release(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr(compare, "BASELINES", tmp_path)
        for release in ("1.9", "1.10", "1.2"):
            (tmp_path / f"{release}.json").touch()

        assert compare.newest_baseline() == tmp_path / "1.10.json"

    def test_there_is_no_newest_of_none(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr(compare, "BASELINES", tmp_path / "nowhere")

        assert compare.newest_baseline() is None


class TestNoise:
    def test_is_half_as_much_again_as_runs_differed_by(self):
        assert noise_bound([100.0, 120.0, 96.0]) == pytest.approx(1.3)

    def test_is_never_less_than_any_machine_has(self):
        assert noise_bound([100.0, 100.0]) == LEAST_NOISE
