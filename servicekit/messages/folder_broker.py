"""
Kombu's filesystem transport, made safe for several processes. For development: a killed process loses its messages.

Kombu's own writes a message where readers look, so a reader may find half of one; and two processes that bind their
first queues at the same moment overwrite each other's bindings. Here a complete message is renamed into place, and a
lock guards the bindings.
"""

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Empty
from typing import Any
from uuid import uuid4

from kombu.transport import filesystem
from kombu.utils.json import dumps, loads


def transport_options(folder: Path) -> dict[str, Any]:
    """Make the folders of a broker, and give the options that name them."""
    names = ("data_folder_in", "processed_folder", "control_folder")
    folders = {name: folder / name for name in names}
    for each in folders.values():
        each.mkdir(parents=True, exist_ok=True)
    return {name: str(each) for name, each in folders.items()} | {"polling_interval": 0.05}


class Channel(filesystem.Channel):
    """Messages as files `<time>_<random>.<queue>.msg`, which sort by name in the order of arrival."""

    deadletter_queue = None  # Kombu would collect messages that no queue is bound to

    def _put(self, queue: str, message: Any, **_: Any) -> None:  # type: ignore[override]  # the stubs disagree
        name = f"{time.time_ns():020}_{uuid4().hex}.{queue}.draft"
        draft = Path(self.data_folder_in) / name
        draft.write_text(dumps(message))
        draft.rename(draft.with_suffix(".msg"))

    def _get(self, queue: str, timeout: float | None = None) -> Any:  # noqa: ARG002 - of the base class
        for file in sorted(Path(self.data_folder_in).glob(f"*.{queue}.msg")):
            taken = Path(self.processed_folder) / file.name
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
    """The transport of BROKER_URL=filesystem://, which servicekit.messages.app registers."""

    Channel = Channel
