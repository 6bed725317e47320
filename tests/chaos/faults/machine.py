"""Faults of the machine under one service: its disk, its clock. Its processes are started again on such a machine."""

import errno
import os
import subprocess
import time
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from email.utils import parsedate_to_datetime
from pathlib import Path

import requests

from scripts.shop.project import ROLES
from scripts.shop.supervisor import Program
from servicekit.testing import eventually
from tests.chaos.shop import ChaosShop

STARTED_WITHIN = 30.0
# Who is not root becomes it in a namespace of users, where the machine allows that.
UNSHARE = ("unshare", "--mount", *(() if os.geteuid() == 0 else ("--map-root-user",)))
WRONG_CLOCK = Path(__file__).parents[1] / "wrong_clock"


class OnAnotherMachine(ABC):
    """
    To move there is no part of the fault, so no orders come meanwhile.

    :param service: whose web, relay and worker are concerned.
    """

    quietly = True

    def __init__(self, shop: ChaosShop, *, service: str):
        self._shop = shop
        self.service = service
        self.programs = {role: shop.program(service, role) for role in ROLES}
        self._usual = {role: (program.command, program.environment) for role, program in self.programs.items()}
        self._moved = False

    @abstractmethod
    def move(self, role: str, program: Program) -> tuple[Sequence[str], Mapping[str, str]]:
        """The command and the environment that start this program on the other machine."""

    def begin(self) -> None:
        self._moved = True
        self._start_again({role: self.move(role, program) for role, program in self.programs.items()})

    def end(self) -> None:
        if self._moved:
            self._moved = False
            self._start_again(self._usual)

    def _start_again(self, how: Mapping[str, tuple[Sequence[str], Mapping[str, str]]]) -> None:
        before = {role: self.pid(role) for role in self.programs}
        for role, program in self.programs.items():
            program.command, program.environment = how[role]
            if program.process:
                program.process.terminate()
        eventually(lambda: all(self.pid(role) != before[role] for role in self.programs), within=STARTED_WITHIN)
        eventually(lambda: self._shop.is_healthy(self.service), within=STARTED_WITHIN)

    def pid(self, role: str) -> int:
        process = self.programs[role].process
        return process.pid if process and process.poll() is None else 0


class FullDisk(OnAnotherMachine):
    """
    No room where each process keeps its state and its log: a small file system of memory, filled to its end.

    It is mounted where only that process sees it, and goes with the process.
    """

    SIZE = 256 * 1024
    SCRIPT = 'mount -t tmpfs -o size=256k shop-chaos "$RUN_DIR" && exec "$@" >>"$RUN_DIR/log" 2>&1'

    def move(self, role: str, program: Program) -> tuple[Sequence[str], Mapping[str, str]]:
        folder = self._disk(role)
        folder.mkdir(parents=True, exist_ok=True)
        command = (*UNSHARE, "sh", "-c", self.SCRIPT, "sh", *program.command)
        return command, {**program.environment, "RUN_DIR": str(folder)}

    def begin(self) -> None:
        """:raises PermissionError: who runs this may not mount file systems."""
        if subprocess.run([*UNSHARE, "true"], capture_output=True, check=False).returncode:
            raise PermissionError(
                "a full disk needs the right to mount one: run as root (in Docker: --cap-add SYS_ADMIN)"
            )
        super().begin()
        for role in self.programs:
            self._fill(role)

    def is_active(self) -> bool:
        return all(self._is_full(role) for role in self.programs)

    def is_over(self) -> bool:
        return self._shop.is_healthy(self.service) and not any(self._is_full(role) for role in self.programs)

    def _disk(self, role: str) -> Path:
        return self._shop.folder / f"disk-of-{self.service}-{role}"

    def _seen_disk(self, role: str) -> Path:
        """The file system of a process, seen from here."""
        return Path(f"/proc/{self.pid(role)}/root{self._disk(role)}")

    def _fill(self, role: str) -> None:
        # Before it is mounted, the folder is on this machine's own disk.
        eventually(lambda: self._is_mounted(role), within=STARTED_WITHIN)
        try:
            with (self._seen_disk(role) / "filler").open("wb", buffering=0) as filler:
                for _ in range(self.SIZE // 512):
                    filler.write(b"x" * 512)
        except OSError as error:
            if error.errno != errno.ENOSPC:
                raise

    def _is_mounted(self, role: str) -> bool:
        system = os.statvfs(self._seen_disk(role))
        return system.f_blocks * system.f_frsize == self.SIZE

    def _is_full(self, role: str) -> bool:
        try:
            (self._seen_disk(role) / "probe").write_bytes(b"x")
        except OSError as error:
            return error.errno == errno.ENOSPC
        return False


class ClockAhead(OnAnotherMachine):
    """:param ahead: seconds by which the clock is wrong; how long things take is still measured rightly."""

    def __init__(self, shop: ChaosShop, *, service: str, ahead: int):
        super().__init__(shop, service=service)
        self._added = ahead

    def move(self, role: str, program: Program) -> tuple[Sequence[str], Mapping[str, str]]:
        clock = {"PYTHONPATH": str(WRONG_CLOCK), "CLOCK_AHEAD": str(self._added)}
        return program.command, {**program.environment, **clock}

    def is_active(self) -> bool:
        return self._ahead() > self._added / 2

    def is_over(self) -> bool:
        return abs(self._ahead()) < self._added / 2

    def _ahead(self) -> float:
        """By how much its web process is ahead, to a second."""
        answer = requests.get(f"{self._shop.direct_url(self.service)}/health/", timeout=5)
        return parsedate_to_datetime(answer.headers["Date"]).timestamp() - time.time()
