"""Made-up neighbours for real processes: small HTTP servers on loopback, in the test's own process."""

import json
import threading
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, TypeVar

from servicekit.testing import TokenMint

PATIENCE = 20.0  # seconds that a call is held at most


class Neighbour(ThreadingHTTPServer):
    """Answers JSON; derive from it, say what in `answer`."""

    daemon_threads = True
    request_queue_size = 128  # as many as call at once

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.url = f"http://127.0.0.1:{self.server_port}"

    def answer(self, method: str, path: list[str], headers: Any, body: Any) -> tuple[int, Any]:
        """Give the status and the content of an answer."""
        raise NotImplementedError


class _Handler(BaseHTTPRequestHandler):
    server: Neighbour

    def do_GET(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"] or 0))
        path = self.path.strip("/").split("/")
        status, content = self.server.answer(self.command, path, self.headers, json.loads(body or b"null"))
        text = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    do_POST = do_GET  # noqa: N815 - the library's name

    def log_message(self, *_: Any) -> None:
        """What was asked is in the neighbour itself."""


AnyNeighbour = TypeVar("AnyNeighbour", bound=Neighbour)


@contextmanager
def listening(neighbour: AnyNeighbour) -> Iterator[AnyNeighbour]:
    """While the block lasts, it answers at its `url`."""
    with neighbour:
        thread = threading.Thread(target=neighbour.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield neighbour
        finally:
            neighbour.shutdown()
            thread.join()


class FakeUserService(Neighbour):
    """Publishes the mint's key, gives a service its token, and tells it about the people it knows."""

    def __init__(self, *, client: str) -> None:
        super().__init__()
        self.mint = TokenMint()
        self._token = self.mint.service(client, scopes=["users:read"])
        self._people: dict[str, dict[str, Any]] = {}
        self._fails: Counter[str] = Counter()
        self._asked: defaultdict[str, list[str]] = defaultdict(list)

    def knows(self, user_id: int, *, is_active: bool = True, **fields: Any) -> None:
        self._people[str(user_id)] = {"id": user_id, "is_active": is_active, **fields}

    def fails(self, user_id: int, *, times: int) -> None:
        """Answer this often that it cannot tell about this person now."""
        self._fails[str(user_id)] = times

    def times_asked(self, user_id: int) -> int:
        """How often somebody wanted to know about this person."""
        return len(self._asked[str(user_id)])

    def request_ids(self, user_id: int) -> list[str]:
        """On whose behalf it was asked about this person."""
        return self._asked[str(user_id)]

    def answer(self, method: str, path: list[str], headers: Any, body: Any) -> tuple[int, Any]:
        match path:
            case [".well-known", "jwks.json"]:
                return 200, self.mint.jwks()
            case ["api", "auth", "service-token"]:
                return 200, {"access_token": self._token, "token_type": "Bearer", "expires_in": 300}
            case ["api", "users", user_id] if headers["Authorization"] == f"Bearer {self._token}":
                self._asked[user_id].append(headers["X-Request-ID"])
                if self._fails[user_id]:
                    self._fails[user_id] -= 1
                    return 503, {"error": "Busy.", "code": "BUSY", "detail": "as the test wants it"}
                nobody = {"error": "There is no such user.", "code": "USER_NOT_FOUND", "detail": user_id}
                return (200, self._people[user_id]) if user_id in self._people else (404, nobody)
            case _:
                return 401, {"error": "Who are you?", "code": "INVALID_TOKEN", "detail": "/".join(path)}


class Held:
    """A call that waits for its answer until the test goes on."""

    def __init__(self) -> None:
        self._reached = threading.Event()
        self._released = threading.Event()

    def wait_until_reached(self, *, within: float = 15.0) -> None:
        assert self._reached.wait(within), f"nobody called within {within} s"

    def release(self) -> None:
        self._released.set()

    def here(self) -> None:
        """Where the call is held."""
        self._reached.set()
        self._released.wait(PATIENCE)
