"""Servers on a real socket that misbehave: each behaviour is a function that gets a connection."""

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator

Behaviour = Callable[[socket.socket, threading.Event], None]


@contextlib.contextmanager
def server_that(behave: Behaviour) -> Iterator[str]:
    """Give the address of a server that treats each connection like this, until the block ends."""
    over = threading.Event()
    listener = socket.create_server(("127.0.0.1", 0))
    threads = []

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            thread = threading.Thread(target=treat, args=[connection])
            thread.start()
            threads.append(thread)

    def treat(connection: socket.socket) -> None:
        # Most clients close the connection early.
        with connection, contextlib.suppress(OSError):
            connection.recv(65_536)
            behave(connection, over)

    accepting = threading.Thread(target=serve)
    accepting.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        over.set()
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        for thread in [accepting, *threads]:
            thread.join(5)


def sends(answer: bytes) -> Behaviour:
    return lambda connection, _: connection.sendall(answer)


def hangs(_: socket.socket, over: threading.Event) -> None:
    over.wait(10)


def trickles(start: bytes, rest: bytes) -> Behaviour:
    """Send the start, then `rest` every 50 ms: each single read is quick, the answer never ends."""

    def behave(connection: socket.socket, over: threading.Event) -> None:
        connection.sendall(start)
        while not over.wait(0.05):
            connection.sendall(rest)

    return behave
