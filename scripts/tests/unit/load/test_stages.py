from scripts.shop.load.profiles import PROFILES, RAMP_STEPS, Stage, seconds_of
from scripts.shop.load.stages import drained_after, knee, measure, recovered_after
from scripts.tests.unit.load.made_up import measured, samples


class TestKnee:
    def test_is_the_last_step_whose_rate_grew_with_the_users(self):
        steps = [
            measured(Stage("", 10, users), rate=rate) for users, rate in ((10, 40), (20, 78), (40, 130), (80, 130))
        ]

        found = knee(steps)

        assert found is steps[2]

    def test_is_not_found_where_the_rate_grows_up_to_the_end(self):
        assert knee([measured(Stage("", 10, users), rate=4 * users) for users in (10, 20, 40)]) is None

    def test_is_not_moved_by_one_slow_step(self):
        steps = [
            measured(Stage("", 10, users), rate=rate) for users, rate in ((10, 40), (20, 50), (40, 150), (80, 150))
        ]

        assert knee(steps) is steps[2]

    def test_is_not_found_where_nothing_ran(self):
        assert knee([]) is None


class TestRecovery:
    BEFORE = measured(Stage("before", 20, 10), rate=40, p95=20)

    def test_takes_until_answers_are_as_fast_as_before(self):
        answers = samples(seconds=8, milliseconds=900) + samples(start=8, seconds=20, milliseconds=30)

        assert recovered_after(self.BEFORE, answers, since=0, until=28) == 8

    def test_does_not_happen_while_answers_are_errors(self):
        assert recovered_after(self.BEFORE, samples(seconds=28, error="503"), since=0, until=28) is None

    def test_does_not_happen_without_an_answer(self):
        """Silence is not fast."""
        assert recovered_after(self.BEFORE, [], since=0, until=28) is None


class TestDrain:
    def test_takes_until_hardly_a_message_waits(self):
        assert drained_after([(0, 0), (10, 300), (12, 80), (15, 2), (16, 0)], 10) == 5

    def test_is_not_known_where_it_was_not_seen(self):
        assert drained_after([(0, 0), (10, 300), (12, 80)], 10) is None


class TestMeasure:
    def test_divides_the_samples_by_the_stages(self):
        stages = [Stage("a", 10, 1), Stage("b", 10, 2)]
        answers = samples(seconds=10, rate=2) + samples(start=10, seconds=10, rate=6)

        assert [one.summary.rate for one in measure(stages, [0.0, 10.0, 20.0], answers)] == [2.0, 6.0]

    def test_leaves_out_stages_that_did_not_run(self):
        stages = [Stage("a", 10, 1), Stage("b", 10, 2)]

        assert [one.stage.name for one in measure(stages, [0.0, 4.0], [])] == ["a"]


class TestProfiles:
    def test_take_as_long_as_asked_and_judge_a_stage(self):
        for profile in PROFILES.values():
            stages = profile.stages(20, 60.0)

            assert round(seconds_of(stages), 6) == 60.0
            assert any(stage.judged for stage in stages)

    def test_a_spike_goes_to_ten_times_and_back(self):
        assert [stage.users for stage in PROFILES["spike"].stages(20, 60.0)] == [20, 20, 200, 20]

    def test_a_ramp_rises_at_every_step(self):
        users = [stage.users for stage in PROFILES["ramp"].stages(20, 60.0)][1:]

        assert len(users) == RAMP_STEPS
        assert users == sorted(set(users))
