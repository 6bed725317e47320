"""
Starts pytest in forks of this process, once it has imported what all suites import anyway.

Importing Django and its company takes a second, five times side by side; done once and forked, the unit layer of
everything takes little more than half the time. Linux only: elsewhere forking a process that has loaded system
libraries is not safe, and suites start as plain processes.
"""

import gc
import importlib
import os
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Callable

from scripts.shop import processes
from scripts.shop.jobs import Job

AVAILABLE = sys.platform == "linux"
ALONE = ("scripts",)
"""Owners whose tests do not run in a fork of the very program that they test."""

# What the unit tests of every service load, as far as it can be imported before there are Django settings,
# and starts no thread. A plugin of pytest must not be here: pytest prepares it for asserts when it loads it.
SHARED = (
    "celery.app.base",
    "cryptography.hazmat.primitives.asymmetric.ed25519",
    "cryptography.hazmat.primitives.serialization",
    "django.contrib.auth.hashers",
    "django.contrib.postgres.fields",
    "django.contrib.staticfiles",
    "django.core.mail",
    "django.core.management",
    "django.db.backends.sqlite3.base",
    "django.db.migrations.executor",
    "django.template.backends.django",
    "django.test",
    "environs",
    "factory",
    "jsonschema",
    "jwt",
    "kombu.transport.memory",
    "marshmallow",
    "packaging.version",
    "phonenumbers",
    "pybreaker",
    "pytest",
    "redis",
    "requests",
    "responses",
    "rich.console",
    "structlog",
    "tenacity",
    "tomllib",
    "unittest.mock",
    "uritemplate",
    "xml.etree.ElementTree",
    "yaml",
)


def start(job: Job) -> "ForkedProcess":
    """
    Run a job whose command is `python -m pytest ...` in a fork.

    The first call imports; call it from the main thread, as every start of a process.
    """
    _import_once()
    *_, module, pytest = job.command[:3]
    if (module, pytest) != ("-m", "pytest"):
        raise ValueError(f"only pytest runs in a fork, not {job.command}")

    sys.stdout.flush()
    sys.stderr.flush()
    die_with_parent = processes.dying_with_parent()
    child = os.fork()
    if child == 0:
        _be_pytest(job, die_with_parent)
    return ForkedProcess(child)


class ForkedProcess:
    """As much of subprocess.Popen as a job needs."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.returncode: int | None = None

    def poll(self) -> int | None:
        if self.returncode is None:
            ended, status = os.waitpid(self.pid, os.WNOHANG)
            if ended:
                self.returncode = os.waitstatus_to_exitcode(status)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        deadline = None if timeout is None else time.monotonic() + timeout
        while (code := self.poll()) is None:
            if deadline is not None and time.monotonic() > deadline:
                raise subprocess.TimeoutExpired("pytest", timeout or 0.0)
            time.sleep(0.01)
        return code

    def terminate(self) -> None:
        if self.poll() is None:
            os.kill(self.pid, signal.SIGTERM)


def _import_once() -> None:
    if "factory" in sys.modules:
        return
    for name in SHARED:
        importlib.import_module(name)
    # What is here now stays for ever: the collector of the forks need not look at it, nor copy its pages.
    gc.collect()
    gc.freeze()


def _be_pytest(job: Job, die_with_parent: Callable[[], None]) -> None:
    """What the child does; it never returns."""
    code = 1
    try:
        os.setsid()
        die_with_parent()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_DFL)
        _redirect(job)
        os.environ.update(job.environment)
        sys.argv = list(job.command[2:])
        code = int(sys.modules["pytest"].main(list(job.command[3:])))
    except BaseException:  # noqa: BLE001 - whatever it was, it goes to the log, and the fork must end here
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _redirect(job: Job) -> None:
    log = os.open(job.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(log, 1)
    os.dup2(log, 2)
