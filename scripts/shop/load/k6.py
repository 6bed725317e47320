"""The smoke test once more, by k6 (tests/load/smoke.js), for who knows k6 better than Locust."""

import json
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from scripts.shop.client import Json
from scripts.shop.errors import CannotRun
from scripts.shop.load.slo import Slo
from scripts.shop.project import ROOT

SCRIPT = ROOT / "tests" / "load" / "smoke.js"
LEFT_OUT = ("POST /api/auth/verify-email/",)
"""The script reads no mails."""
SPARE_SECONDS = 60.0
Plan = dict[str, Any]


def find() -> str:
    """:raises CannotRun: there is no k6."""
    program = shutil.which("k6")
    if not program:
        raise CannotRun(
            "k6 is not installed: put it on the PATH (https://grafana.com/docs/k6/latest/set-up/install-k6/)."
        )
    return program


def run(program: str, plan: Plan, *, folder: Path) -> int:
    """k6's exit code: 0 when every threshold was kept, 99 when one was not."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "plan.json"
    file.write_text(json.dumps(plan, indent=2))
    command = [program, "run", "--no-usage-report", "--quiet", "--env", f"LOAD_PLAN={file}", str(SCRIPT)]
    return subprocess.run(command, cwd=ROOT, check=False, timeout=plan["seconds"] + SPARE_SECONDS).returncode


def plan(urls: Mapping[str, str], products: Sequence[Json], slo: Slo, *, users: int, seconds: float) -> Plan:
    """What smoke.js reads: where the shop is, how many users there are for how long, and the promises as thresholds."""
    return {
        "urls": dict(urls),
        "products": [product["id"] for product in products],
        "users": users,
        "seconds": round(seconds),
        "errors": max(promise.errors for promise in slo.routes.values()),
        "routes": {
            route: {
                "p50": promise.p50,
                "p95": promise.p95,
                "p99": promise.p99,
                "errors": promise.errors,
                # k6 counts its requests from the first one on, and it has fewer users who order.
                "requests": max(1, round(promise.requests * seconds / 60 / 2)),
            }
            for route, promise in slo.routes.items()
            if route not in LEFT_OUT
        },
    }
