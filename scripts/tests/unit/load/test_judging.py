from scripts.shop.load.judging import judge
from scripts.shop.load.profiles import PROFILES, Stage
from scripts.tests.unit.load.made_up import ROUTE, SLO, run, samples

STEADY = [Stage("steady", 60, 20, judged=True)]
OVERLOAD = list(PROFILES["spike"].stages(20, 100.0))
"""Warm-up until 10 s, before until 35, spike until 60, after until 100."""


class TestEveryProfile:
    def test_a_run_that_keeps_all_promises_is_green(self):
        assert judge(run(STEADY, samples(seconds=60)), SLO).complaints == []

    def test_a_run_without_traffic_is_red(self):
        complaints = judge(run(STEADY, [], stages_run=0), SLO).complaints

        assert "only 0 of 1 stages ran, with 0 requests" in complaints

    def test_a_run_that_ended_early_is_red(self):
        stages = [*STEADY, Stage("more", 60, 20)]

        assert judge(run(stages, samples(seconds=60), stages_run=1), SLO).complaints == [
            "only 1 of 2 stages ran, with 600 requests"
        ]

    def test_a_missed_promise_is_red(self):
        assert judge(run(STEADY, samples(seconds=60, milliseconds=90)), SLO).complaints == [
            f"{ROUTE}: p50 90 ms, allowed 50 ms"
        ]

    def test_what_happens_in_stages_that_are_not_judged_breaks_no_promise(self):
        stages = [Stage("warm-up", 60, 20), Stage("steady", 60, 20, judged=True)]
        answers = samples(seconds=60, milliseconds=900) + samples(start=60, seconds=60)

        assert judge(run(stages, answers), SLO).green

    def test_messages_that_still_wait_at_the_end_are_red(self):
        assert judge(run(STEADY, samples(seconds=60), drained=None), SLO).complaints == [
            "7 messages still wait 10 s after the last request"
        ]

    def test_a_process_that_died_is_red(self):
        """Its successor may have answered everything."""
        crashed = run(STEADY, samples(seconds=60))
        crashed.watch.add(60.0, {"restarts": {"order_service serve": 1.0, "order_service relay": 0.0}})

        assert judge(crashed, SLO).complaints == ["order_service serve died, 1 times"]

    def test_notifications_that_never_come_are_red(self):
        [complaint] = judge(run(STEADY, samples(seconds=60), waits=None), SLO).complaints

        assert complaint == "payment to notification: 60 of 60 notifications did not come in time"


class TestSpike:
    def test_a_shop_that_recovers_in_time_is_green(self):
        answers = [
            *samples(seconds=35),
            *samples(start=35, seconds=29, milliseconds=900),
            *samples(start=64, seconds=36),
        ]

        verdict = judge(run(OVERLOAD, answers, profile="spike"), SLO)

        assert verdict.green
        assert "as fast as before 4 s after the overload" in verdict.findings

    def test_the_time_in_which_users_leave_is_no_recovery(self):
        answers = [
            *samples(seconds=35),
            *samples(start=35, seconds=31, milliseconds=900),
            *samples(start=66, seconds=34),
        ]
        leaving = run(OVERLOAD, answers, profile="spike")
        leaving.recording.users.extend([(60.0, 200), (63.0, 90), (66.0, 20)])

        assert "as fast as before 0 s after the overload" in judge(leaving, SLO).findings

    def test_a_shop_that_stays_slow_is_red(self):
        answers = samples(seconds=35) + samples(start=35, seconds=65, milliseconds=900)

        [complaint] = judge(run(OVERLOAD, answers, profile="spike"), SLO).complaints

        assert complaint == "not as fast as before within 40 s after the overload"

    def test_many_errors_in_the_spike_are_red(self):
        answers = samples(seconds=35) + samples(start=35, seconds=25, error="503") + samples(start=60, seconds=40)

        [complaint] = judge(run(OVERLOAD, answers, profile="spike"), SLO).complaints

        assert complaint == "spike: 100.0% errors, allowed 2.0%; the most frequent: 503"

    def test_a_single_500_in_the_spike_is_red(self):
        crash = samples(start=40, seconds=0.1, error="StepFailed: GET /api/products/ answered 500, not 200")
        answers = samples(seconds=100) + crash

        [complaint] = judge(run(OVERLOAD, answers, profile="spike"), SLO).complaints

        assert complaint.startswith("spike: 1 times 500, such as: StepFailed")


class TestRamp:
    def test_the_knee_is_a_finding(self):
        stages = [Stage("warm-up", 10, 10), Stage("step 1", 10, 10, judged=True), Stage("step 2", 10, 40)]
        answers = samples(seconds=30, rate=40)

        assert judge(run(stages, answers, profile="ramp"), SLO).findings == [
            "the knee is at 10 users: 40 requests a second, p95 20 ms; with more users the rate does not grow with them"
        ]

    def test_a_ramp_that_finds_no_knee_is_red(self):
        stages = [Stage("warm-up", 10, 10), Stage("step 1", 10, 10, judged=True), Stage("step 2", 10, 20)]
        answers = samples(seconds=20, rate=40) + samples(start=20, seconds=10, rate=80)

        [complaint] = judge(run(stages, answers, profile="ramp"), SLO).complaints

        assert complaint == "no knee up to 20 users: start with more (--users)"


class TestSoak:
    def test_a_shop_that_shows_nothing_but_answers_cannot_pass(self):
        complaints = judge(run(STEADY, samples(seconds=60), profile="soak"), SLO).complaints

        assert "memory (MB): nothing was watched" in complaints
