"""
Fills `.venv` with pinned, hashed packages: `environment.py runtime` or `environment.py test`.

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
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
UV_PINS = ROOT / "scripts" / "requirements-uv.txt"
SERVICE_PINS = sorted(ROOT.glob("*_service/requirements.txt"))
PINS = {"runtime": SERVICE_PINS, "test": [ROOT / "requirements-test.txt"]}

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
    if not _works(PYTHON):
        say(f"creating .venv with Python {sysconfig.get_python_version()}")
        venv.create(VENV, clear=True, with_pip=True, symlinks=True)

    say(f"installing the pinned packages for {purpose} (only the first time)")
    if not (_install_uv() and _install_by_uv(PINS[purpose])):
        say("uv failed; installing with pip, which takes longer")
        _install_by_pip(PINS[purpose])

    _write_stamps(purpose)
    say(f"environment ready after {time.monotonic() - started:.0f} s")


def is_current(purpose: str) -> bool:
    stamp = _stamp(purpose)
    return _works(PYTHON) and stamp.exists() and stamp.read_text().strip() == checksum(PINS[purpose])


def checksum(files: Sequence[Path]) -> str:
    """As lib.sh computes it: by `cksum`."""
    content = b"".join(file.read_bytes() for file in files)
    return subprocess.run(["cksum"], input=content, capture_output=True, check=True).stdout.decode().strip()


def _install_uv() -> bool:
    installed = subprocess.run([PYTHON, "-m", "uv", "--version"], capture_output=True, text=True, check=False)
    if installed.returncode == 0 and installed.stdout.split()[1] in UV_PINS.read_text():
        return True
    return _run(PYTHON, "-m", "pip", "install", "--quiet", *_PIP_OPTIONS, "--require-hashes", "-r", UV_PINS)


def _install_by_uv(pins: Sequence[Path]) -> bool:
    uv = (PYTHON, "-m", "uv", "pip", "install", "--python", PYTHON, "--require-hashes", "--compile-bytecode")
    # The certificates that the machine trusts, not only those of uv: many companies have their own.
    return _run(*uv, "--system-certs", "--no-config", *_requirement_options(pins), hide=" + ")


def _install_by_pip(pins: Sequence[Path]) -> None:
    if not _run(PYTHON, "-m", "pip", "install", *_PIP_OPTIONS, "--require-hashes", *_requirement_options(pins)):
        raise SetUpFailed(OFFLINE_HINT)


_PIP_OPTIONS = ("--disable-pip-version-check", "--no-input", "--retries", "2")


def _requirement_options(pins: Sequence[Path]) -> list[str]:
    return [f"--requirement={file}" for file in pins]


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


def _write_stamps(purpose: str) -> None:
    """The packages for tests include those of the services, in the same versions (scripts/lock.sh)."""
    for installed in {"test": ("test", "runtime"), "runtime": ("runtime",)}[purpose]:
        _stamp(installed).write_text(checksum(PINS[installed]) + "\n")


def _stamp(purpose: str) -> Path:
    return VENV / f"stamp-{purpose}"


@contextmanager
def _locked() -> Iterator[None]:
    """Of two scripts started together, the second waits until the first has filled .venv."""
    lock = ROOT / ".run" / "environment.lock"
    lock.parent.mkdir(exist_ok=True)
    with lock.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("another script is setting up .venv; waiting for it")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def say(text: str) -> None:
    print(f"· {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    os.umask(0o022)
    sys.exit(main(*sys.argv[1:2] or ["runtime"]))
