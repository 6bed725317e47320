"""A stand-in for user_service that answers at once: its speed is not measured."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from scripts.shop.ports import HOST
from servicekit.testing import TokenMint


class UserService(ThreadingHTTPServer):
    """Publishes the mint's key; every user exists and is active."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self) -> None:
        super().__init__((HOST, 0), _Answers)
        self.mint = TokenMint()
        self.url = f"http://{HOST}:{self.server_port}"

    def answer(self, method: str, path: str) -> dict[str, object]:
        if path == "/.well-known/jwks.json":
            return self.mint.jwks()
        if method == "POST":
            token = self.mint.service("order_service", scopes=["users:read"])
            return {"access_token": token, "token_type": "Bearer", "expires_in": 300}
        user_id = int(path.strip("/").rpartition("/")[2])
        return {"id": user_id, "username": f"customer{user_id}", "is_active": True}


class _Answers(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # else an answer, written in two parts, takes 40 ms
    server: UserService

    def do_GET(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        content = json.dumps(self.server.answer(self.command, self.path)).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_POST = do_GET  # noqa: N815 - the base class names it so

    def log_message(self, *_: object) -> None:
        """Log nothing."""


@contextmanager
def user_service() -> Iterator[UserService]:
    with UserService() as server:
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
