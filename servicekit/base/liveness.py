"""Liveness of processes without a port: the process touches a file, a healthcheck looks at the file's age."""

import time
from pathlib import Path
from typing import ClassVar

from django.conf import settings


class Liveness:
    """`<RUN_DIR>/<service>/<process>.alive`, touched about every 5 s. When it is older than 30 s, the check fails."""

    EVERY: ClassVar = 5.0
    STALE: ClassVar = 30.0

    def __init__(self, process: str):
        self.file = Path(settings.RUN_DIR) / settings.SERVICE / f"{process}.alive"
        self.due = 0.0

    def touch(self) -> None:
        """Update the file, at most every 5 s."""
        if time.monotonic() >= self.due:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            self.file.touch()
            self.due = time.monotonic() + self.EVERY

    def trouble(self) -> str:
        """Give what is wrong, as a sentence; empty when the process runs."""
        try:
            age = time.time() - self.file.stat().st_mtime
        except FileNotFoundError:
            return f"{self.file} does not exist: the process has not started"
        return f"{self.file} is {age:.0f} s old: the process hangs or has ended" if age > self.STALE else ""
