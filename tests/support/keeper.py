"""
The process that holds the servers: `python -m tests.support.keeper KIND OWNER_PID`.

It lives in a session of its own, so that Ctrl-C does not reach it, and ends with its owner, however that ends. It says
what happens in JSON lines: {"say": text}, then {"ready": addresses} or {"failed": text}.
"""

import json
import os
import select
import signal
import sys
import threading
from contextlib import suppress

import psutil

from tests.support import environment
from tests.support.errors import ServersUnavailable
from tests.support.finding import found
from tests.support.starting import STOP, Interrupted, private_folder


def main(kind: str, owner: int) -> int:
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda *_: STOP.set())
    environment.clear()
    threading.Thread(target=_stop_after, args=[owner], daemon=True).start()
    try:
        with private_folder() as folder, found(kind, folder=folder, say=lambda text: _tell(say=text)) as servers:
            _tell(ready=servers.to_environment())
            STOP.wait()
    except ServersUnavailable as trouble:
        _tell(failed=str(trouble))
        return 1
    except Interrupted:
        return 1
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


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2])))
