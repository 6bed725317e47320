"""scripts/run.sh with the real shop."""

import os
import re
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from scripts.shop import ports
from scripts.shop.processes import tail
from scripts.shop.project import ROLES, ROOT, SERVICES
from servicekit.testing import eventually

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]
LIMIT_SECONDS = 90.0


class Run:
    """A running scripts/run.sh in a folder of its own, on free ports."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        self.folder = folder
        self.output = folder / "run.out"
        chosen = ports.free(SERVICES)
        variables = {service.port_variable: str(chosen[service.name]) for service in SERVICES}
        environment = os.environ | variables | {"RUN_DIR": str(folder / "run")}
        with self.output.open("wb") as out:
            self.process = subprocess.Popen(
                ("scripts/run.sh", *arguments), cwd=ROOT, stdout=out, stderr=out, env=environment
            )
        self.started: dict[int, psutil.Process] = {}

    @property
    def said(self) -> str:
        return self.output.read_text()

    def wait_until_it_says(self, text: str) -> None:
        def said_it() -> bool:
            assert self.process.poll() is None, self.said
            return text in self.said

        eventually(said_it, within=LIMIT_SECONDS, every=0.2)

    def processes(self) -> dict[str, psutil.Process]:
        """By service and role, such as "order_service worker"."""
        found = {}
        for child in psutil.Process(self.process.pid).children():
            self.started[child.pid] = child
            if match := re.search(r"-m (\w+_service) (\w+)", " ".join(child.cmdline())):
                found[" ".join(match.groups())] = child
        return found

    def survivors(self) -> list[psutil.Process]:
        return [one for one in self.started.values() if one.is_running() and one.status() != psutil.STATUS_ZOMBIE]


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Run]:
    run = Run(tmp_path)
    yield run
    run.process.terminate()
    run.process.wait(timeout=60)


class TestTheShop:
    def test_runs_starts_again_what_dies_and_stops(self, shop: Run):
        """One test, because starting the shop takes long."""
        shop.wait_until_it_says("Ctrl-C stops the shop.")
        assert sorted(shop.processes()) == sorted(
            f"{one.name} {role[0]}" for one in SERVICES for role in ROLES.values()
        )

        worker = shop.processes()["order_service worker"]
        worker.send_signal(signal.SIGKILL)
        shop.wait_until_it_says("! order_service-worker was killed by SIGKILL; starting it again")
        eventually(lambda: shop.processes().get("order_service worker", worker).pid != worker.pid, within=LIMIT_SECONDS)

        shop.process.send_signal(signal.SIGINT)
        assert shop.process.wait(timeout=60) == 0
        assert shop.said.endswith("Stopped: every process has ended.\n")
        assert shop.survivors() == []

    def test_sigkill_leaves_no_process(self, shop: Run):
        shop.wait_until_it_says("starting web")
        eventually(lambda: len(shop.processes()) == len(SERVICES) * len(ROLES), within=LIMIT_SECONDS)

        shop.process.kill()

        eventually(lambda: shop.survivors() == [], within=30)


class TestTheDemo:
    def test_succeeds(self, tmp_path: Path):
        demo = Run(tmp_path, "--demo")

        assert demo.process.wait(timeout=LIMIT_SECONDS) == 0, tail(demo.output)
        assert "The demo succeeded." in demo.said
