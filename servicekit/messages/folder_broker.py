"""
Kombu's filesystem transport, made safe for several processes that start side by side.

Kombu's own writes a message into the place where readers look, and a reader may meet it half written; two
processes that bind their first queues at the same moment overwrite each other's bindings. Here a message is
renamed into place when it is whole, and a lock guards the bindings. All of it lies in one folder.

It is for trying out: a process that is killed loses the messages in its hand.
"""

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from queue import Empty
from typing import Any
from uuid import uuid4

from kombu.transport import filesystem, virtual
from kombu.utils.json import dumps, loads


class Channel(filesystem.Channel):
    """Messages as files `<time>_<number>_<random>.<queue>.msg`: sorted by name is in the order of their arrival."""

    # Kombu collects what no queue wants; nobody would ever read it.
    deadletter_queue = None
    numbers = count()

    @property
    def messages(self) -> Path:
        return self._made("messages")

    @property
    def data_folder_in(self) -> str:
        return str(self.messages)

    @property
    def control_folder(self) -> Path:
        return self._made("bindings")

    def _made(self, name: str) -> Path:
        folder = Path(self.transport_options["folder"]) / name
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def _put(self, queue: str, message: Any, **_: Any) -> None:  # type: ignore[override]  # the stubs disagree
        draft = self.messages / f"{time.time_ns():020}_{next(self.numbers):09}_{uuid4().hex}.{queue}.draft"
        draft.write_text(dumps(message))
        draft.rename(draft.with_suffix(".msg"))

    def _get(self, queue: str, timeout: float | None = None) -> Any:  # noqa: ARG002 - of the base class
        for file in sorted(self.messages.glob(f"*_*_*.{queue}.msg")):
            taken = self._made("taken") / file.name
            try:
                file.rename(taken)
            except FileNotFoundError:
                continue  # another process was faster
            text = taken.read_text()
            taken.unlink()
            return loads(text)
        raise Empty

    def get_table(self, exchange: str) -> list[Any]:
        with self._bindings_lock():
            return list(super().get_table(exchange))

    def _queue_bind(self, *args: Any) -> None:
        with self._bindings_lock():
            super()._queue_bind(*args)

    @contextmanager
    def _bindings_lock(self) -> Iterator[None]:
        with (self.control_folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


class Transport(filesystem.Transport):
    """What BROKER_URL=filesystem:// means in these services; servicekit.messages.app registers it."""

    Channel = Channel

    def __init__(self, client: Any, **options: Any) -> None:
        super().__init__(client, **options)
        # Kombu shares what it believes to be declared among all connections of a process, whatever their folders.
        self.state = virtual.BrokerState()
