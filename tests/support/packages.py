"""Installs server programs with apt, without starting Debian's services."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.support.environment import for_downloads
from tests.support.errors import ServersUnavailable

POLICY = Path("/usr/sbin/policy-rc.d")


def install(missing: Mapping[str, str], *, say: Callable[[str], None]) -> None:
    """
    :param missing: title -> Debian package.
    :raises ServersUnavailable: not root, not Debian or Ubuntu, or apt failed.
    """
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise ServersUnavailable(_choices(missing))
    # nginx too: it is the gateway of the shop on native servers.
    packages = sorted({*missing.values(), "nginx"})
    say(f"installing {', '.join(packages)} with apt (only the first time; about half a minute)")
    with _services_stay_down():
        _apt("update", "--quiet")
        _apt("install", "--yes", "--no-install-recommends", *packages)


def _choices(missing: Mapping[str, str]) -> str:
    packages = " ".join(sorted(missing.values()))
    return (
        f"Not installed: {', '.join(sorted(missing))}; only root on Debian or Ubuntu can install them. Either\n"
        f"  - sudo apt-get install {packages}\n"
        "  - start Docker, and choose --infra docker\n"
        "  - set the addresses of running servers, TEST_POSTGRES_URL, TEST_REDIS_URL, ..., and choose --infra env"
    )


def _apt(*arguments: str) -> None:
    command = ["apt-get", "-o", "DPkg::Lock::Timeout=120", "-o", "Acquire::Retries=1", "-o", "Acquire::http::Timeout=8",
               *arguments]  # fmt: skip
    quiet = for_downloads() | {"DEBIAN_FRONTEND": "noninteractive"}
    ended = subprocess.run(command, env=quiet, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if ended.returncode:
        output = "\n".join((ended.stdout + ended.stderr).strip().splitlines()[-8:])
        raise ServersUnavailable(f"`{' '.join(command)}` failed with code {ended.returncode}:\n{output}")


@contextmanager
def _services_stay_down() -> Iterator[None]:
    """Debian calls this script before it starts a service; 101 forbids it."""
    if POLICY.exists():
        yield
        return
    POLICY.write_text("#!/bin/sh\nexit 101\n")
    POLICY.chmod(0o755)
    try:
        yield
    finally:
        POLICY.unlink()
