"""A deadline for reading requests: one that is sent byte by byte, or in part, must not keep a thread."""

import socket
import threading
import time
from contextlib import suppress
from typing import Final

TICK: Final = 0.1


class ReadDeadlines:
    """Watches the connections that the threads of a process read requests from."""

    def __init__(self) -> None:
        self._deadlines: dict[socket.socket, float] = {}
        threading.Thread(target=self._watch, daemon=True, name="read-deadlines").start()

    def set(self, connection: socket.socket, *, seconds: float) -> None:
        """End the reading from this connection after so many seconds; a response can still be written to it."""
        self._deadlines[connection] = time.monotonic() + seconds

    def clear(self, connection: socket.socket) -> None:
        self._deadlines.pop(connection, None)

    def _watch(self) -> None:
        while True:
            time.sleep(TICK)
            now = time.monotonic()
            for connection, deadline in self._deadlines.copy().items():
                if now > deadline:
                    self.clear(connection)
                    with suppress(OSError):  # closed meanwhile
                        # Wakes the thread that waits in recv(), as if the client had closed its side.
                        connection.shutdown(socket.SHUT_RD)
