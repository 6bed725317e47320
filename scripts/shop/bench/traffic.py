"""An HTTP client that takes little CPU time itself: it shares the machine's cores with the server."""

import itertools
import json
import socket
import statistics
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

TIMEOUT_SECONDS = 20.0


@dataclass(frozen=True)
class Operation:
    name: str
    requests: Sequence[bytes]
    """Sent one after another, then again from the first."""
    status: int = 200


@dataclass(frozen=True)
class Sample:
    """What was measured while requests were sent."""

    seconds: float
    latencies: list[float]

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.latencies) / self.seconds

    @property
    def median(self) -> float:
        """Seconds to one answer."""
        return statistics.median(self.latencies)


def request(method: str, path: str, *, headers: Mapping[str, str] | None = None, body: Any = None) -> bytes:
    """The bytes of one HTTP/1.1 request."""
    content = b"" if body is None else json.dumps(body).encode()
    whole = {"Host": "shop", "Accept": "*/*", **(headers or {})}
    if content:
        whole |= {"Content-Type": "application/json", "Content-Length": str(len(content))}
    lines = "".join(f"{name}: {value}\r\n" for name, value in whole.items())
    return f"{method} {path} HTTP/1.1\r\n{lines}\r\n".encode() + content


class Connection:
    """A connection that stays open; sends one request at a time."""

    def __init__(self, url: str):
        where = urlsplit(url)
        self.socket = socket.create_connection((where.hostname, where.port), timeout=TIMEOUT_SECONDS)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def ask(self, asked: bytes, *, expected: int) -> bytes:
        """
        Give the body of the answer.

        :raises SystemExit: another status than expected: only successful requests are measured.
        """
        self.socket.sendall(asked)
        received = self.socket.recv(65536)
        while (end := received.find(b"\r\n\r\n")) < 0:
            received += self._more()
        head = received[:end].lower()
        if int(head[9:12]) != expected:
            raise SystemExit(f"expected {expected}, but was answered:\n{received.decode()}")
        length = int(head.partition(b"content-length:")[2].split(b"\r\n", 1)[0])
        while len(received) < end + 4 + length:
            received += self._more()
        return received[end + 4 :]

    def _more(self) -> bytes:
        more = self.socket.recv(65536)
        if not more:
            raise SystemExit("the server closed the connection in the middle of an answer")
        return more

    def close(self) -> None:
        self.socket.close()


def send(operation: Operation, url: str, *, seconds: float, connections: int) -> Sample:
    """Send requests over several connections at once, each as soon as the one before is answered."""
    requests = itertools.cycle(operation.requests)
    opened = [Connection(url) for _ in range(connections)]
    started = time.perf_counter()
    deadline = started + seconds

    def ask_until_deadline(connection: Connection) -> list[float]:
        latencies = []
        while (began := time.perf_counter()) < deadline:
            connection.ask(next(requests), expected=operation.status)
            latencies.append(time.perf_counter() - began)
        return latencies

    try:
        with ThreadPoolExecutor(connections) as threads:
            latencies = [one for each in threads.map(ask_until_deadline, opened) for one in each]
    finally:
        for connection in opened:
            connection.close()
    return Sample(time.perf_counter() - started, latencies)
