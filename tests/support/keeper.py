"""
The process that holds the servers: `python -m tests.support.keeper KIND OWNER_PID`.

It lives in a session of its own, so that Ctrl-C does not reach it, and ends with its owner, however that ends. It says
what happens in JSON lines: {"say": text}, then {"ready": addresses} or {"failed": text}.
"""

import json
import os
import select
import shutil
import signal
import sys
import tempfile
import threading
from contextlib import suppress
from pathlib import Path

import psutil

from tests.support.errors import ServersUnavailable
from tests.support.finding import found
from tests.support.starting import STOP, Interrupted

PREFIX = "shop-servers-"


def main(kind: str, owner: int) -> int:
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda *_: STOP.set())
    threading.Thread(target=_stop_after, args=[owner], daemon=True).start()
    _sweep()
    folder = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-"))
    folder.chmod(0o711)  # PostgreSQL's account must be able to pass
    try:
        with found(kind, folder=folder, say=lambda text: _tell(say=text)) as servers:
            _tell(ready=servers.to_environment())
            STOP.wait()
    except ServersUnavailable as trouble:
        _tell(failed=str(trouble))
        return 1
    except Interrupted:
        return 1
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return 0


def _tell(**line: object) -> None:
    try:
        print(json.dumps(line), flush=True)  # noqa: T201  this is how it speaks to its owner
    except BrokenPipeError:
        STOP.set()  # nobody listens any more


def _stop_after(owner: int) -> None:
    if hasattr(os, "pidfd_open"):
        # Tells of the end itself; psutil waits until somebody also took note of it, which may be never.
        with suppress(ProcessLookupError):
            select.select([os.pidfd_open(owner)], [], [])
    else:
        with suppress(psutil.NoSuchProcess):
            psutil.Process(owner).wait()
    STOP.set()


def _sweep() -> None:
    """Remove what a killed keeper left; its servers died with it."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*-*"):
        keeper = folder.name.removeprefix(PREFIX).split("-")[0]
        if keeper.isdigit() and not psutil.pid_exists(int(keeper)):
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2])))
