"""Real processes that die, are ended, or whose parent dies."""

import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from scripts.shop import processes
from scripts.shop.project import ROOT
from servicekit.testing import eventually

SLEEPS = (sys.executable, "-c", "import time; time.sleep(600)")
IGNORES_SIGTERM = (
    sys.executable,
    "-c",
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('ready', flush=True); time.sleep(600)",
)


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "it.log"


def start(command: tuple[str, ...], log: Path) -> "subprocess.Popen[bytes]":
    return processes.start(command, log=log, environment=os.environ)


class TestEnd:
    def test_a_process_gets_sigterm(self, log: Path):
        process = start(SLEEPS, log)

        processes.end([process])

        assert process.returncode == -signal.SIGTERM

    def test_a_process_that_ignores_sigterm_gets_sigkill(self, log: Path):
        process = start(IGNORES_SIGTERM, log)
        eventually(lambda: "ready" in log.read_text())

        processes.end([process], grace=0.1)

        assert process.returncode == -signal.SIGKILL

    def test_children_end_too(self, log: Path):
        child = f"import subprocess; p = subprocess.Popen({SLEEPS!r}); print(p.pid, flush=True); p.wait()"
        process = start((sys.executable, "-c", child), log)
        pid = int(eventually(lambda: log.read_text().strip()))

        processes.end([process])

        eventually(lambda: not alive(pid))


class TestStart:
    def test_output_and_errors_go_to_the_log(self, log: Path):
        start((sys.executable, "-c", "import sys; print('out', flush=True); print('err', file=sys.stderr)"), log).wait()

        assert processes.tail(log) == "out\nerr"


PARENT = textwrap.dedent("""
    import os, pathlib, sys
    from scripts.shop.supervisor import Program, Supervisor
    from scripts.shop.stopping import Stopped, StopSignals
    log = pathlib.Path(sys.argv[1])
    supervisor = Supervisor(say=lambda text: print(text, flush=True))
    with StopSignals() as stop:
        for name in ("shop-web", "shop-worker"):
            program = Program(name, (sys.executable, "-c", "import time; time.sleep(600)"), log, dict(os.environ))
            supervisor.start(program)
            print("started", program.process.pid, flush=True)
        try:
            while True:
                stop.check()
                supervisor.look_after()
        except Stopped:
            supervisor.stop()
            print("stopped", flush=True)
""")


class Parent:
    """A program that supervises two processes."""

    def __init__(self, folder: Path) -> None:
        self.output = folder / "parent.out"
        with self.output.open("wb") as out:
            self.process = subprocess.Popen(
                (sys.executable, "-c", PARENT, str(folder / "children.log")), cwd=ROOT, stdout=out, stderr=out
            )
        eventually(lambda: len(self.children) == 2)

    @property
    def said(self) -> list[str]:
        return self.output.read_text().splitlines()

    @property
    def children(self) -> list[int]:
        return [int(line.split()[1]) for line in self.said if line.startswith("started ")]


@pytest.fixture
def parent(tmp_path: Path) -> Iterator[Parent]:
    one = Parent(tmp_path)
    yield one
    for pid in (one.process.pid, *one.children):
        if alive(pid):
            os.kill(pid, signal.SIGKILL)
    one.process.wait()


class TestSupervisor:
    @pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
    def test_a_signal_to_stop_leaves_no_process(self, parent: Parent, number: signal.Signals):
        parent.process.send_signal(number)

        parent.process.wait(timeout=5)
        assert parent.said[-1] == "stopped"
        assert not any(map(alive, parent.children))

    @pytest.mark.skipif(sys.platform != "linux", reason="only Linux sends a signal when the parent dies")
    def test_sigkill_leaves_no_process(self, parent: Parent):
        parent.process.kill()

        eventually(lambda: not any(map(alive, parent.children)))

    def test_a_killed_process_is_started_again(self, parent: Parent):
        [web, _] = parent.children
        os.kill(web, signal.SIGKILL)

        eventually(lambda: any("shop-web was killed by SIGKILL; starting it again" in line for line in parent.said))
        eventually(lambda: len(psutil.Process(parent.process.pid).children()) == 2)


def alive(pid: int) -> bool:
    """A zombie is dead; its parent has only not waited for it yet."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
