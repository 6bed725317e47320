"""With a fake clock and fake processes; component/test_processes.py has real ones."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from scripts.shop import processes
from scripts.shop.errors import CannotRun
from scripts.shop.supervisor import PAUSES, Program, Supervisor


class FakeProcess:
    """Runs until `die` is called."""

    pid = 0
    returncode: int | None = None

    def die(self, code: int = 1) -> None:
        self.returncode = code

    def poll(self) -> int | None:
        return self.returncode


class World:
    """A supervisor with one program: what it started, what it said, and its clock."""

    def __init__(self) -> None:
        self.started: list[FakeProcess] = []
        self.said: list[str] = []
        self.now = 1000.0
        self.supervisor = Supervisor(say=self.said.append, clock=lambda: self.now)
        self.supervisor.start(Program("order_service-worker", ("worker",), log=Path("worker.log"), environment={}))

    def start(self, command: Sequence[str], *, log: Path, environment: Mapping[str, str]) -> FakeProcess:
        self.started.append(FakeProcess())
        return self.started[-1]

    def pass_time(self, seconds: float) -> None:
        self.now += seconds
        self.supervisor.look_after()

    def die_after_a_short_run(self) -> None:
        self.started[-1].die()
        self.supervisor.look_after()


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    fresh = World.__new__(World)
    monkeypatch.setattr(processes, "start", fresh.start)
    monkeypatch.setattr(processes, "kill", lambda _: None)
    fresh.__init__()
    return fresh


class TestLookAfter:
    def test_a_running_process_is_not_started_again(self, world: World):
        world.pass_time(60)

        assert len(world.started) == 1

    def test_a_process_that_died_is_started_again_after_a_pause(self, world: World):
        world.started[0].die(code=-9)
        world.pass_time(60)
        assert len(world.started) == 1

        world.pass_time(PAUSES[0])

        assert len(world.started) == 2
        assert world.said == [
            "! order_service-worker was killed by SIGKILL; starting it again in 0.2 s (log: worker.log)"
        ]

    def test_each_short_run_makes_the_pause_longer(self, world: World):
        for pause in PAUSES:
            world.die_after_a_short_run()
            world.pass_time(pause - 0.1)
            assert world.started[-1].returncode is not None
            world.pass_time(0.1)
            assert world.started[-1].returncode is None

    def test_a_process_that_dies_again_and_again_is_an_error(self, world: World):
        for pause in PAUSES:
            world.die_after_a_short_run()
            world.pass_time(pause)

        with pytest.raises(CannotRun, match="order_service-worker ended with exit code 1, 5 times in a row"):
            world.die_after_a_short_run()

    def test_a_long_run_resets_the_pause(self, world: World):
        for pause in PAUSES:
            world.die_after_a_short_run()
            world.pass_time(pause)

        world.pass_time(60)
        world.die_after_a_short_run()
        world.pass_time(PAUSES[0])

        assert world.started[-1].returncode is None
