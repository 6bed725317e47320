"""An environment in which every variable says something wrong."""

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).parents[3]
READ_BY_SETTINGS = re.compile(r'env\.\w+\(\s*"([A-Z_]+)"')
NOBODY_LISTENS = "http://127.0.0.1:9"


def environment(home: Path) -> dict[str, str]:
    """Give every variable that our settings read, and those by which libraries are led elsewhere."""
    (home / ".netrc").write_text("default login somebody password wrong\n")
    sources = [path.read_text() for path in ROOT.glob("*_service/settings/*.py")]
    names = {name for source in sources for name in READ_BY_SETTINGS.findall(source)}
    assert {"DATABASE_URL", "DEMO_STAFF_PASSWORD", "THROTTLE_LOGIN", "USER_SERVICE_PORT", "WEB_WORKERS"} <= names
    proxies = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")
    return {
        **dict.fromkeys(names, "wrong"),
        **{spelled: NOBODY_LISTENS for name in proxies for spelled in (name, name.lower())},
        "DJANGO_SETTINGS_MODULE": "wrong.settings",
        "WORKER_CONCURRENCY": "wrong",
        "CELERY_BROKER_URL": "wrong://",
        "PGHOST": "wrong.example",
        "PGOPTIONS": "-c wrong=1",
        "TZ": "Pacific/Kiritimati",
        "LC_ALL": "wrong_WRONG",
        "HOME": str(home),
        "NETRC": str(home / ".netrc"),
    }


def run(*command: str, home: Path, more: Mapping[str, str] | None = None) -> "subprocess.CompletedProcess[str]":
    """Run a command in that environment, from the root of the repository."""
    hostile = os.environ | environment(home) | (more or {})
    return subprocess.run(command, cwd=ROOT, env=hostile, capture_output=True, text=True, check=False, timeout=100)


def pytest(*paths: str, home: Path, more: Mapping[str, str] | None = None) -> "subprocess.CompletedProcess[str]":
    return run(sys.executable, "-m", "pytest", "-q", "-x", "--no-header", *paths, home=home, more=more)
