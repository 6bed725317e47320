"""
A line to a server that a test can cut: a small TCP relay on loopback.

One server serves many tests at once, so none of them may stop it. A test gives its process the address of a `Line`
instead, and cuts that: the process sees its connections broken and new ones refused, as when the server is away.
"""

import selectors
import socket
import threading
from contextlib import suppress
from typing import Self
from urllib.parse import urlsplit, urlunsplit


class Line:
    """Carries bytes between its own port and a server, until it is cut, and again when it is mended."""

    def __init__(self, target: str):
        parts = urlsplit(target)
        self.lead_to(target)
        self._ends: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._flowing = threading.Event()
        self._flowing.set()
        self._listener = self._listen(0)
        self.port = self._listener.getsockname()[1]
        account = parts.netloc.rpartition("@")[0]
        self.url = urlunsplit(parts._replace(netloc=f"{account}{'@' if account else ''}127.0.0.1:{self.port}"))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._flowing.set()
        self.cut()

    def lead_to(self, target: str) -> None:
        """From the next connection on, carry to this server."""
        parts = urlsplit(target)
        self._server = (parts.hostname or "127.0.0.1", parts.port or 0)

    def cut(self) -> None:
        """Break every connection and refuse new ones."""
        _close(self._listener)
        with self._lock:
            ends, self._ends = self._ends, set()
        for end in ends:
            _close(end)

    def mend(self) -> None:
        """Take connections again, on the same port."""
        self._listener = self._listen(self.port)

    def hang(self) -> None:
        """Keep the connections, and carry nothing: a network that swallows. `flow` ends it."""
        self._flowing.clear()

    def flow(self) -> None:
        self._flowing.set()

    @property
    def connections(self) -> int:
        with self._lock:
            return len(self._ends) // 2

    def _listen(self, port: int) -> socket.socket:
        listener = socket.create_server(("127.0.0.1", port))
        threading.Thread(target=self._accept, args=[listener], daemon=True).start()
        return listener

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return  # cut
            try:
                server = socket.create_connection(self._server, timeout=5)
            except OSError:
                client.close()
                continue
            server.settimeout(None)
            with self._lock:
                self._ends |= {client, server}
            threading.Thread(target=self._carry, args=[client, server], daemon=True).start()

    def _carry(self, client: socket.socket, server: socket.socket) -> None:
        other = {client: server, server: client}
        with selectors.DefaultSelector() as selector:
            try:
                for end in other:
                    selector.register(end, selectors.EVENT_READ)
                while all(self._pass_on(key.fileobj, other) for key, _ in selector.select()):  # type: ignore[arg-type]
                    pass
            except (OSError, ValueError):
                pass  # cut
        for end in other:
            _close(end)
        with self._lock:
            self._ends -= set(other)

    def _pass_on(self, end: socket.socket, other: dict[socket.socket, socket.socket]) -> bool:
        self._flowing.wait()
        data = end.recv(65536)
        if data:
            other[end].sendall(data)
        return bool(data)


def _close(end: socket.socket) -> None:
    with suppress(OSError):
        # Closing alone neither wakes a thread that waits in accept() nor tells the other side.
        end.shutdown(socket.SHUT_RDWR)
    end.close()
