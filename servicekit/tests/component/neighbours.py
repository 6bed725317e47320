"""Neighbours that misbehave on a real socket: each behaviour is a function that gets a connection."""

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator

Behaviour = Callable[[socket.socket, threading.Event], None]


@contextlib.contextmanager
def neighbour(behave: Behaviour) -> Iterator[str]:
    """Give the address of a server that treats each connection like that, until the block ends."""
    over = threading.Event()
    listener = socket.create_server(("127.0.0.1", 0))
    threads = []

    def serve():
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            thread = threading.Thread(target=treat, args=[connection])
            thread.start()
            threads.append(thread)

    def treat(connection):
        # The client hangs up on most of these, that is the point.
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


def says(answer: bytes) -> Behaviour:
    return lambda connection, _: connection.sendall(answer)


def hangs(connection: socket.socket, over: threading.Event) -> None:
    over.wait(10)


def trickles(prefix: bytes, drop: bytes) -> Behaviour:
    """Begins well, then sends a drop every 50 ms: each single read is quick, the answer never ends."""

    def behave(connection: socket.socket, over: threading.Event) -> None:
        connection.sendall(prefix)
        while not over.wait(0.05):
            connection.sendall(drop)

    return behave
