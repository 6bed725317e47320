"""Faults of the shop's own processes."""

import os
import signal
import time

import psutil

from scripts.shop import native, processes
from scripts.shop.ports import HOST
from scripts.shop.running import is_healthy
from servicekit.testing import eventually
from tests.chaos.shop import ChaosShop
from tests.support.spawning import free_port

STARTED_WITHIN = 30.0


class Killed:
    """
    One process gets SIGKILL, it and its children, as from a kernel out of memory. Its supervisor starts it again.

    :param process: as in "order_service-worker".
    """

    def __init__(self, shop: ChaosShop, *, process: str):
        self._shop = shop
        self._service, _, self._role = process.rpartition("-")
        self._program = shop.program(self._service, self._role)
        self._pid = 0
        self._at = 0.0

    def begin(self) -> None:
        process = self._program.process
        assert process, "it was never started"
        self._pid, self._at = process.pid, time.time()
        os.killpg(process.pid, signal.SIGKILL)

    def is_active(self) -> bool:
        """The process is gone."""
        try:
            return psutil.Process(self._pid).status() == psutil.STATUS_ZOMBIE
        except psutil.NoSuchProcess:
            return True

    def end(self) -> None:
        """The supervisor does it."""

    def is_over(self) -> bool:
        """Another process has taken its place, and says itself that it works."""
        process = self._program.process
        if process is None or process.pid == self._pid or process.poll() is not None:
            return False
        return self._shop.is_healthy(self._service) if self._role == "web" else self._is_alive()

    def _is_alive(self) -> bool:
        sign_of_life = self._shop.folder / self._service / f"{self._role}.alive"
        return sign_of_life.exists() and sign_of_life.stat().st_mtime > self._at


class OneOfTwoKilled(Killed):
    """A service's web process is killed while another one stands beside it behind the gateway."""

    def __init__(self, shop: ChaosShop, *, service: str):
        super().__init__(shop, process=f"{service}-web")
        self._port = free_port()
        self._second: processes.Process | None = None

    def begin(self) -> None:
        environment = {**self._program.environment, f"{self._service.upper()}_PORT": str(self._port)}
        log = self._program.log.with_name(f"{self._service}-second-web.log")
        self._second = processes.start(self._program.command, log=log, environment=environment)
        eventually(lambda: is_healthy(f"http://{HOST}:{self._port}"), within=STARTED_WITHIN)
        self._configure_gateway(second={self._service: self._port})
        super().begin()

    def end(self) -> None:
        if self._second:
            self._configure_gateway(second={})
            processes.end([self._second])
            self._second = None

    def _configure_gateway(self, *, second: dict[str, int]) -> None:
        folder = self._shop.folder / "gateway"
        native.configure_gateway(folder, self._shop.ports, second=second)
        os.kill(int((folder / "nginx.pid").read_text()), signal.SIGHUP)
