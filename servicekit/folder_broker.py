"""
Kombu's filesystem transport, made safe for several processes that start side by side.

Kombu's own writes a message into the place where readers look, and a reader may meet it half written; two
processes that bind their first queues at the same moment overwrite each other's bindings. Here a message is
renamed into place when it is whole, and a lock guards the bindings. All of it lies in one folder.
"""

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any
from uuid import uuid4

from kombu.transport import filesystem
from kombu.utils.json import dumps


class Channel(filesystem.Channel):
    """Messages as files `<time>_<number>_<random>.<queue>.msg`: sorted by name is in the order of their arrival."""

    # Kombu collects what no queue wants; nobody would ever read it.
    deadletter_queue = None
    numbers = count()

    @property
    def folder(self) -> Path:
        return Path(self.transport_options["folder"])

    @property
    def data_folder_in(self) -> str:
        return self._made("messages")

    data_folder_out = data_folder_in

    @property
    def control_folder(self) -> Path:
        return Path(self._made("bindings"))

    # A reader moves a message out of the others' sight by renaming it; that is atomic on one file system only.
    store_processed = True

    @property
    def processed_folder(self) -> str:
        return self._made("taken")

    def _made(self, name: str) -> str:
        folder = self.folder / name
        folder.mkdir(parents=True, exist_ok=True)
        return str(folder)

    def _put(self, queue: str, payload: Any, **_: Any) -> None:
        name = f"{time.time_ns():020}_{next(self.numbers):09}_{uuid4().hex}.{queue}"
        draft = self.folder / "messages" / f"{name}.draft"
        draft.write_text(dumps(payload))
        draft.rename(draft.with_name(f"{name}.msg"))

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
    Channel = Channel
