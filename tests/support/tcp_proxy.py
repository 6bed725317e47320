"""
A TCP proxy on loopback between a process and a server, to simulate faults of the network.

Many tests share one server, so no test may stop it. A test gives its process the address of a `TcpProxy` and cuts
that: existing connections break and new ones are refused, as if the server were down.
"""

import socket
import threading
from typing import Self
from urllib.parse import urlsplit, urlunsplit

from tests.support.tcp_connection import Disturbance, carry, close


class TcpProxy:
    """
    Forwards bytes between its own port and a server, until it is cut, and again when it is restored.

    :ivar bytes: what is done to the bytes that pass: `.bytes.delay(0.2)`, `.bytes.reset(share=0.05)`.
    """

    def __init__(self, target: str):
        parts = urlsplit(target)
        self.forward_to(target)
        self.bytes = Disturbance()
        self._ends: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._listener = self._listen(0)
        self.port = self._listener.getsockname()[1]
        account = parts.netloc.rpartition("@")[0]
        self.url = urlunsplit(parts._replace(netloc=f"{account}{'@' if account else ''}127.0.0.1:{self.port}"))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.resume()
        self.cut()

    def forward_to(self, target: str) -> None:
        """Forward new connections to this server."""
        parts = urlsplit(target)
        self._server = (parts.hostname or "127.0.0.1", parts.port or 0)

    def cut(self) -> None:
        """Break every connection and refuse new ones."""
        close(self._listener)
        self.break_connections()

    def break_connections(self) -> None:
        """Break every connection, and go on taking new ones."""
        with self._lock:
            ends, self._ends = self._ends, set()
        for end in ends:
            close(end)

    def restore(self) -> None:
        """Take connections again, on the same port."""
        self._listener = self._listen(self.port)

    def hang(self) -> None:
        """Keep the connections open and forward nothing, until `resume`."""
        self.bytes.flowing.clear()

    def resume(self) -> None:
        self.bytes.flowing.set()

    @property
    def connections(self) -> int:
        with self._lock:
            return len(self._ends) // 2

    def _listen(self, port: int) -> socket.socket:
        listener = socket.create_server(("127.0.0.1", port), backlog=128)
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
        carry(client, server, self.bytes)
        with self._lock:
            self._ends -= {client, server}
