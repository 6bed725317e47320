"""Is a process without a port still at work? Its loop touches a file; a healthcheck looks at the file's age."""

import time
from pathlib import Path
from typing import ClassVar


class Liveness:
    """`<RUN_DIR>/<service>/<process>.alive`, touched about every 5 s; older than 30 s, the process hangs or is gone."""

    EVERY: ClassVar = 5.0
    STALE: ClassVar = 30.0

    def __init__(self, run_dir: str | Path, service: str, process: str):
        self.file = Path(run_dir) / service / f"{process}.alive"
        self.file.parent.mkdir(parents=True, exist_ok=True)
        self.due = 0.0

    def touch(self) -> None:
        """Say that the loop goes round. Cheap enough for every round: it writes when 5 s have passed."""
        if time.monotonic() >= self.due:
            self.file.touch()
            self.due = time.monotonic() + self.EVERY

    def trouble(self) -> str:
        """Give what is wrong, in words; empty when nothing is."""
        try:
            age = time.time() - self.file.stat().st_mtime
        except FileNotFoundError:
            return f"{self.file} is not there: the process has not started yet"
        return f"{self.file} is {age:.0f} s old: the process hangs or is gone" if age > self.STALE else ""
