"""Time and processes are made up here; real ones die in component/test_processes.py."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from scripts.shop import processes
from scripts.shop.errors import CannotRun
from scripts.shop.supervisor import PAUSES, Program, Supervisor


class FakeProcess:
    """Lives until told to die."""

    pid = 0
    returncode: int | None = None

    def die(self, code: int = 1) -> None:
        self.returncode = code

    def poll(self) -> int | None:
        return self.returncode


class World:
    """A supervisor with one program, what it started, what it said, and its clock."""

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

    def let_it_die_young(self) -> None:
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
    def test_leaves_a_living_process_alone(self, world: World):
        world.pass_time(60)

        assert len(world.started) == 1

    def test_starts_a_dead_process_again_after_a_pause(self, world: World):
        world.started[0].die(code=-9)
        world.pass_time(60)
        assert len(world.started) == 1

        world.pass_time(PAUSES[0])

        assert len(world.started) == 2
        assert world.said == [
            "! order_service-worker was killed by SIGKILL; starting it again in 0.2 s (log: worker.log)"
        ]

    def test_pauses_longer_each_time_it_dies_young(self, world: World):
        for pause in PAUSES:
            world.let_it_die_young()
            world.pass_time(pause - 0.1)
            assert world.started[-1].returncode is not None
            world.pass_time(0.1)
            assert world.started[-1].returncode is None

    def test_gives_up_on_what_cannot_live(self, world: World):
        for pause in PAUSES:
            world.let_it_die_young()
            world.pass_time(pause)

        with pytest.raises(CannotRun, match="order_service-worker ended with exit code 1, 5 times in a row"):
            world.let_it_die_young()

    def test_forgets_old_troubles_once_a_process_has_lived(self, world: World):
        for pause in PAUSES:
            world.let_it_die_young()
            world.pass_time(pause)

        world.pass_time(60)
        world.let_it_die_young()
        world.pass_time(PAUSES[0])

        assert world.started[-1].returncode is None
