"""
Fills `.venv` with pinned, hashed packages: `environment.py runtime` or `environment.py test`; and `.venv-load`: `load`.

scripts/lib.sh runs it with the Python of the machine, so it imports the standard library only. uv installs in seconds
what takes pip a minute; where uv fails, pip installs the same pins.
"""

import fcntl
import os
import subprocess
import sys
import sysconfig
import time
import venv
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
UV_PINS = ROOT / "scripts" / "requirements-uv.txt"
PINS = {
    "runtime": sorted(ROOT.glob("*_service/requirements.txt")),
    "test": [ROOT / "requirements-test.txt"],
    "load": [ROOT / "tests" / "load" / "requirements.txt"],
}
# Locust changes Python's sockets (gevent) and is a plugin of pytest: nothing else runs where it is installed.
VENVS = {"runtime": ROOT / ".venv", "test": ROOT / ".venv", "load": ROOT / ".venv-load"}

OFFLINE_HINT = """
The packages could not be installed; the last lines above say why. The usual causes:
  - the package registry cannot be reached: check the network, or name a mirror (UV_DEFAULT_INDEX, PIP_INDEX_URL);
  - the registry's certificate is signed by a company: SSL_CERT_FILE=/path/to/ca.pem (uv), PIP_CERT (pip);
  - the disk is full.
"""


class SetUpFailed(Exception):
    """The environment cannot be used; the text says what to do."""


def main(purpose: str) -> int:
    if purpose not in PINS:
        print(f"environment.py takes one of: {', '.join(PINS)}", file=sys.stderr)
        return 2
    try:
        with _locked():
            if not is_current(purpose):
                set_up(purpose)
    except SetUpFailed as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def set_up(purpose: str) -> None:
    started = time.monotonic()
    python = python_of(purpose)
    if not _works(python):
        say(f"creating {VENVS[purpose].name} with Python {sysconfig.get_python_version()}")
        venv.create(VENVS[purpose], clear=True, with_pip=True, symlinks=True)

    say(f"installing the pinned packages for {purpose} (only the first time)")
    if not (_install_uv(python) and _install_by_uv(python, PINS[purpose])):
        say("uv failed; installing with pip, which takes longer")
        _install_by_pip(python, PINS[purpose])

    # The packages for tests include those of the services, in the same versions (scripts/lock.sh).
    for served in ("test", "runtime") if purpose == "test" else (purpose,):
        _stamp(served).write_text(checksum(PINS[served]) + "\n")
    say(f"environment ready after {time.monotonic() - started:.0f} s")


def is_current(purpose: str) -> bool:
    stamp = _stamp(purpose)
    return _works(python_of(purpose)) and stamp.exists() and stamp.read_text().strip() == checksum(PINS[purpose])


def checksum(files: Sequence[Path]) -> str:
    """As lib.sh computes it: by `cksum`."""
    content = b"".join(file.read_bytes() for file in files)
    return subprocess.run(["cksum"], input=content, capture_output=True, check=True).stdout.decode().strip()


def _install_uv(python: Path) -> bool:
    installed = subprocess.run([python, "-m", "uv", "--version"], capture_output=True, text=True, check=False)
    if installed.returncode == 0 and installed.stdout.split()[1] in UV_PINS.read_text():
        return True
    return _run(python, "-m", "pip", "install", "--quiet", *_PIP_OPTIONS, "--require-hashes", "-r", UV_PINS)


def _install_by_uv(python: Path, pins: Sequence[Path]) -> bool:
    uv = (python, "-m", "uv", "pip", "install", "--python", python, "--require-hashes", "--compile-bytecode")
    # The certificates that the machine trusts, not only those of uv: many companies have their own.
    return _run(*uv, "--system-certs", "--no-config", *(f"--requirement={file}" for file in pins), hide=" + ")


def _install_by_pip(python: Path, pins: Sequence[Path]) -> None:
    options = (*_PIP_OPTIONS, "--require-hashes", *(f"--requirement={file}" for file in pins))
    if not _run(python, "-m", "pip", "install", *options):
        raise SetUpFailed(OFFLINE_HINT)


_PIP_OPTIONS = ("--disable-pip-version-check", "--no-input", "--retries", "2")


def _run(*command: str | Path, hide: str = "\n") -> bool:
    """Run and show the output, without the lines that start with `hide`."""
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        for line in process.stdout or ():
            if not line.startswith(hide):
                print(f"  {line}", end="", file=sys.stderr, flush=True)
    return process.returncode == 0


def _works(python: Path) -> bool:
    """A .venv whose Python was removed must be created again."""
    return python.exists() and subprocess.run([python, "-c", ""], capture_output=True, check=False).returncode == 0


def python_of(purpose: str) -> Path:
    return VENVS[purpose] / "bin" / "python"


def _stamp(purpose: str) -> Path:
    return VENVS[purpose] / f"stamp-{purpose}"


@contextmanager
def _locked() -> Iterator[None]:
    """Of two scripts started together, the second waits until the first has filled .venv."""
    lock = ROOT / ".run" / "environment.lock"
    lock.parent.mkdir(exist_ok=True)
    with lock.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("another script is installing packages; waiting for it")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def say(text: str) -> None:
    print(f"· {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    os.umask(0o022)
    sys.exit(main(*sys.argv[1:2] or ["runtime"]))
