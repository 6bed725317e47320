"""One connection through a `TcpProxy`, and what may be done to its bytes."""

import random
import selectors
import socket
import struct
import threading
import time
from collections import deque
from contextlib import suppress

RESET = struct.pack("ii", 1, 0)  # SO_LINGER: closing sends RST instead of FIN
Held = deque[tuple[float, socket.socket, bytes]]
"""(when it is due, to whom, what), in the order of arrival."""


class Disturbance:
    """
    What is done to the bytes of every connection of a proxy.

    :ivar delayed: how many pieces of data were held back so far.
    :ivar resets: how many connections were reset so far.
    """

    def __init__(self) -> None:
        self.flowing = threading.Event()
        self.flowing.set()
        self.delayed = self.resets = 0
        self._chance = random.Random(0)  # noqa: S311 - not a secret
        self._delay_seconds = self._delay_share = self._reset_share = 0.0

    def delay(self, seconds: float, *, share: float = 1.0) -> None:
        """Hold back this share of what is received, in each direction, for so many seconds; 0 seconds ends it."""
        self._delay_seconds, self._delay_share = seconds, share if seconds else 0.0

    def reset(self, *, share: float) -> None:
        """Answer this share of what is received with a reset of its connection; 0 ends it."""
        self._reset_share = share

    def resets_now(self) -> bool:
        now = self._chance.random() < self._reset_share
        self.resets += now
        return now

    def due(self) -> float:
        """When something that has just arrived may go on, in the time of `time.monotonic()`."""
        if self._chance.random() >= self._delay_share:
            return 0.0
        self.delayed += 1
        return time.monotonic() + self._delay_seconds


def carry(client: socket.socket, server: socket.socket, disturbance: Disturbance) -> None:
    """Forward bytes between the two, disturbed, until one of them closes or breaks; both are closed then."""
    other = {client: server, server: client}
    held: Held = deque()
    with selectors.DefaultSelector() as selector, suppress(OSError, ValueError):  # broken
        for end in other:
            end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            selector.register(end, selectors.EVENT_READ)
        while _forward_due(held):
            for key, _ in selector.select(_seconds_until_due(held)):
                end: socket.socket = key.fileobj  # type: ignore[no-redef,assignment]
                disturbance.flowing.wait()
                data = end.recv(65536)
                if data and disturbance.resets_now():
                    end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
                    end.close()
                    raise ConnectionResetError
                held.append((disturbance.due(), other[end], data))
                if not data:
                    selector.unregister(end)
    for end in other:
        close(end)


def close(end: socket.socket) -> None:
    with suppress(OSError):
        # Closing alone neither wakes a thread that waits in accept() nor tells the other side.
        end.shutdown(socket.SHUT_RDWR)
    end.close()


def _forward_due(held: Held) -> bool:
    """Send what is due; False when one side has closed the connection."""
    while held and held[0][0] <= time.monotonic():
        _, end, data = held.popleft()
        if not data:
            return False
        end.sendall(data)
    return True


def _seconds_until_due(held: Held) -> float | None:
    return max(0.0, held[0][0] - time.monotonic()) if held else None
