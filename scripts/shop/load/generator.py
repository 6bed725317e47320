"""Locust, in processes of its own."""

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from scripts.shop import ports, processes
from scripts.shop.client import Json
from scripts.shop.errors import CannotRun
from scripts.shop.load.profiles import SPAWN_SECONDS, Stage, seconds_of
from scripts.shop.load.samples import Recording
from scripts.shop.load.target import Target
from scripts.shop.ports import HOST
from scripts.shop.project import ROOT, Service

LOCUSTFILE = ROOT / "tests" / "load" / "locustfile.py"
PYTHON = ROOT / ".venv-load" / "bin" / "python"
MOST_REQUESTS = 2_000_000
"""Of all processes together: a run is limited in requests too, not only in time."""
STOP_SECONDS = 25
"""In which the last requests are answered: longer than shoppers wait for an answer."""
START_SECONDS = 60


@dataclass
class Generator:
    process: processes.Process
    recording: Recording
    log: Path
    page: str = ""
    """Where Locust's page is."""

    @property
    def is_running(self) -> bool:
        return self.process.poll() is None


@contextmanager
def generator(
    shop: Target,
    products: Sequence[Json],
    stages: Sequence[Stage],
    *,
    folder: Path,
    workers: int = 1,
    page: bool = False,
) -> Iterator[Generator]:
    """
    Start the users of these stages; they end with the block at the latest.

    :param folder: gets the recording, the log and the plan; emptied of an older recording.
    :param workers: processes; more than one are led by one more.
    :param page: whether Locust shows its page meanwhile.
    """
    recorded = folder / "recorded"
    recorded.mkdir(parents=True, exist_ok=True)
    for old in recorded.glob("*.jsonl"):
        old.unlink()
    plan = {
        "urls": dict(shop.urls),
        "mail_api": shop.mail_api,
        "products": [product["id"] for product in products],
        "folder": str(recorded),
        "stages": [(stage.seconds, stage.users) for stage in stages],
        "spawn_seconds": SPAWN_SECONDS,
        "most_requests": MOST_REQUESTS // workers,
    }
    (folder / "plan.json").write_text(json.dumps(plan, indent=2))
    log = folder / "locust.log"
    log.unlink(missing_ok=True)
    found = ports.free([Service("page", 0), Service("master", 0)])
    process = processes.start(
        (*_command(workers, found["master"]), *_shown(found["page"] if page else 0)),
        log=log,
        environment=_environment(folder / "plan.json"),
    )
    try:
        yield Generator(process, Recording(recorded), log, f"http://{HOST}:{found['page']}" if page else "")
    finally:
        processes.end([process])


def most_seconds(stages: Sequence[Stage]) -> float:
    """After which a generator hangs."""
    return seconds_of(tuple(stages)) + START_SECONDS + STOP_SECONDS


def _command(workers: int, port: int) -> list[str]:
    if not PYTHON.exists():
        raise CannotRun("There is no .venv-load; scripts/load.sh makes it.")
    command = [str(PYTHON), "-m", "locust", "--locustfile", str(LOCUSTFILE), "--stop-timeout", str(STOP_SECONDS)]
    if workers > 1:
        command += ["--processes", str(workers), "--master-host", HOST, "--master-bind-host", HOST]
        command += ["--master-port", str(port), "--master-bind-port", str(port)]
    return command


def _shown(port: int) -> list[str]:
    if not port:
        return ["--headless"]
    return ["--autostart", "--autoquit", "1", "--web-host", HOST, "--web-port", str(port)]


def _environment(plan: Path) -> dict[str, str]:
    """Without what a shell may have set for another use of Locust."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("LOCUST_")}
    return inherited | {"LOAD_PLAN": str(plan)}
