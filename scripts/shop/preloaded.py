"""
Starts pytest in forks of this process, once it has imported what all suites need.

Importing Django and its libraries takes a second for each suite; forked, `scripts/test-quick.sh` takes three quarters
of the time. On Linux only: elsewhere a process that has loaded system libraries cannot be forked safely.
"""

import gc
import importlib
import multiprocessing
import os
import subprocess
import sys
from collections.abc import Callable

from scripts.shop import processes
from scripts.shop.jobs import Job

AVAILABLE = sys.platform == "linux"

# What every service's unit tests import, as far as that starts no thread and needs no Django settings. A plugin of
# pytest must not be here: pytest prepares it for asserts when it loads it.
SHARED = (
    "celery.app.base",
    "cryptography.hazmat.primitives.asymmetric.ed25519",
    "django.contrib.auth.hashers",
    "django.contrib.postgres.fields",
    "django.contrib.staticfiles",
    "django.db.backends.sqlite3.base",
    "django.db.migrations.executor",
    "django.template.backends.django",
    "django.test",
    "environs",
    "factory",
    "jsonschema",
    "jwt",
    "kombu.transport.memory",
    "phonenumbers",
    "pytest",
    "redis",
    "requests",
    "responses",
    "rich.console",
    "structlog",
    "unittest.mock",
    "yaml",
)


class ForkedProcess:
    """A job's pytest in a fork; the methods are those of subprocess.Popen that a job needs."""

    def __init__(self, job: Job) -> None:
        fork = multiprocessing.get_context("fork")
        self._process = fork.Process(target=_run_pytest, args=(job, processes.dying_with_parent()))
        self._process.start()
        self.pid = self._process.pid or 0
        self.terminate = self._process.terminate

    def poll(self) -> int | None:
        return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int:
        self._process.join(timeout)
        if (code := self.poll()) is None:
            raise subprocess.TimeoutExpired("pytest", timeout or 0.0)
        return code


def start(job: Job) -> ForkedProcess:
    """
    Run a job whose command is `python -m pytest ...` in a fork. The first call imports.

    Call this from the main thread, as every start of a process.
    """
    if "factory" not in sys.modules:
        for name in SHARED:
            importlib.import_module(name)
        # What is here now stays: the garbage collector of the forks need not look at it, nor copy its pages.
        gc.collect()
        gc.freeze()
    job.log.parent.mkdir(parents=True, exist_ok=True)
    job.log.touch()
    return ForkedProcess(job)


def _run_pytest(job: Job, die_with_parent: Callable[[], None]) -> None:
    """What the fork does."""
    import pytest  # noqa: PLC0415 - already loaded by `start`

    os.setsid()
    die_with_parent()
    log = os.open(job.log, os.O_WRONLY | os.O_APPEND)
    os.dup2(log, 1)
    os.dup2(log, 2)
    os.environ.update(job.environment)
    sys.argv = list(job.command[2:])
    sys.exit(pytest.main(list(job.command[3:])))
