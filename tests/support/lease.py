"""Have servers for as long as a process, or a block, lives."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.addresses import Servers
from tests.support.environment import for_downloads
from tests.support.errors import ServersUnavailable

ROOT = Path(__file__).parents[2]


def to_stderr(text: str) -> None:
    sys.stderr.write(f"[servers] {text}\n")
    sys.stderr.flush()


@contextmanager
def servers(kind: str = "auto", *, say: Callable[[str], None] = to_stderr) -> Iterator[Servers]:
    """
    Servers for this block. They end with it, and with this process, however it ends.

    :param kind: auto, env, docker or native.
    :raises ServersUnavailable: says what is missing and what can be done.
    """
    keeper = subprocess.Popen(
        [sys.executable, "-m", "tests.support.keeper", kind, str(os.getpid())],
        cwd=ROOT,
        env=for_downloads(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        start_new_session=True,
        text=True,
    )
    try:
        yield _answer(keeper, say)
    finally:
        keeper.terminate()
        keeper.wait()
        assert keeper.stdout
        keeper.stdout.close()


def _answer(keeper: subprocess.Popen[str], say: Callable[[str], None]) -> Servers:
    assert keeper.stdout
    for line in keeper.stdout:
        match json.loads(line):
            case {"say": text}:
                say(text)
            case {"ready": environment}:
                ready = Servers.from_environment(environment)
                assert ready
                return ready
            case {"failed": text}:
                raise ServersUnavailable(text)
    raise ServersUnavailable(f"the process that holds the servers ended with code {keeper.wait()}; see above")
