"""A client that keeps a server busy, at little cost of its own: the machine's cores are the server's as well."""

import json
import socket
import statistics
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

PATIENCE_SECONDS = 20.0


@dataclass(frozen=True)
class Sample:
    """What one stretch of traffic measured."""

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
    """Kept alive; asks and is answered in turn."""

    def __init__(self, url: str):
        where = urlsplit(url)
        self.socket = socket.create_connection((where.hostname, where.port), timeout=PATIENCE_SECONDS)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def ask(self, asked: bytes, *, expected: int) -> bytes:
        """
        Give the body of the answer.

        :raises SystemExit: another status than expected: what is measured must be the real thing.
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
            raise SystemExit("the server hung up in the middle of an answer")
        return more

    def close(self) -> None:
        self.socket.close()


def keep_busy(url: str, requests: Iterator[bytes], *, expected: int, seconds: float, connections: int) -> Sample:
    """Ask over some connections at once, each again as soon as it is answered."""
    opened = [Connection(url) for _ in range(connections)]
    started = time.perf_counter()
    deadline = started + seconds

    def ask_until_deadline(connection: Connection) -> list[float]:
        latencies = []
        while (began := time.perf_counter()) < deadline:
            connection.ask(next(requests), expected=expected)
            latencies.append(time.perf_counter() - began)
        return latencies

    try:
        with ThreadPoolExecutor(connections) as threads:
            latencies = [one for each in threads.map(ask_until_deadline, opened) for one in each]
    finally:
        for connection in opened:
            connection.close()
    return Sample(time.perf_counter() - started, latencies)
