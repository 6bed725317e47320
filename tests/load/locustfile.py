"""What Locust loads: the shoppers, and the stages in which they come. Started by scripts/load.sh."""

from typing import Any

from locust import LoadTestShape, events
from locust.env import Environment

from tests.load.recording import Recorder
from tests.load.shoppers import PLAN, Member, Visitor

__all__ = ["Member", "Stages", "Visitor"]

RECORDER = Recorder(PLAN)


@events.init.add_listener
def record(environment: Environment, **_: Any) -> None:
    RECORDER.listen_to(environment)


class Stages(LoadTestShape):
    """The stages of the plan, one after the other."""

    begun = 0
    spawn_rate = 1.0

    def tick(self) -> tuple[int, float] | None:
        """How many users there are to be now, and how many of them may come or go in a second; None at the end."""
        elapsed, ends = self.get_run_time(), 0.0
        for number, (seconds, users) in enumerate(PLAN.stages, start=1):
            ends += seconds
            if elapsed < ends:
                if number > self.begun:
                    self._begin(number, users)
                return users, self.spawn_rate
        RECORDER.stage_starts()
        return None

    def _begin(self, number: int, users: int) -> None:
        self.begun = number
        change = abs(users - self.get_current_user_count())
        self.spawn_rate = max(1.0, change / PLAN.spawn_seconds)
        RECORDER.stage_starts()
