"""
A TCP proxy on loopback between a process and a server, to simulate faults of the network.

Many tests share one server, so no test may stop it. A test gives its process the address of a `TcpProxy` and cuts
that: existing connections break and new ones are refused, as if the server were down.
"""

import selectors
import socket
import threading
from contextlib import suppress
from typing import Self
from urllib.parse import urlsplit, urlunsplit


class TcpProxy:
    """Forwards bytes between its own port and a server, until it is cut, and again when it is restored."""

    def __init__(self, target: str):
        parts = urlsplit(target)
        self.forward_to(target)
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

    def forward_to(self, target: str) -> None:
        """Forward new connections to this server."""
        parts = urlsplit(target)
        self._server = (parts.hostname or "127.0.0.1", parts.port or 0)

    def cut(self) -> None:
        """Break every connection and refuse new ones."""
        _close(self._listener)
        with self._lock:
            ends, self._ends = self._ends, set()
        for end in ends:
            _close(end)

    def restore(self) -> None:
        """Take connections again, on the same port."""
        self._listener = self._listen(self.port)

    def hang(self) -> None:
        """Keep the connections open and forward nothing, until `resume`."""
        self._flowing.clear()

    def resume(self) -> None:
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
