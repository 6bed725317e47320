"""A fake user_service, by `responses`, and a fake mail server on a real socket."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import responses

from notification_service.tests.people import ALICE
from servicekit.testing import TokenMint

USERS = "http://users.test"


class FakeUserService:
    """Publishes the mint's key, issues service tokens, and answers with the users that a test gave it."""

    def __init__(self, mock: responses.RequestsMock, mint: TokenMint):
        self.mock = mock
        mock.get(f"{USERS}/.well-known/jwks.json", json=mint.jwks())
        token = mint.service("notification_service", scopes=["users:read"])
        answer = {"access_token": token, "token_type": "Bearer", "expires_in": 300}
        mock.post(f"{USERS}/api/auth/service-token/", json=answer)

    def knows(self, user_id: int = ALICE, **fields: Any) -> None:
        """Answer with this user from now on."""
        user = {
            "id": user_id,
            "username": "alice",
            "email": "alice@example.org",
            "email_verified": True,
            "first_name": "Alice",
            "last_name": "Lee",
            "is_active": True,
        }
        self.answers(user_id, json=user | fields)

    def answers(self, user_id: int = ALICE, **answer: Any) -> None:
        self.mock.upsert(responses.GET, self.address(user_id), **answer)

    def times_asked(self, user_id: int = ALICE) -> int:
        """How often this user was looked up."""
        return sum(call.request.url == self.address(user_id) for call in self.mock.calls)

    @staticmethod
    def address(user_id: int) -> str:
        return f"{USERS}/api/users/{user_id}/"


class FakeMailServer(socketserver.ThreadingTCPServer):
    """The part of SMTP (RFC 5321) that smtplib needs. `replies` replaces the answer to a verb; None sends none."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Session)
        self.replies: dict[str, str | None] = {}
        self.mails: list[bytes] = []
        self.closing = threading.Event()

    @property
    def port(self) -> int:
        return int(self.server_address[1])


class _Session(socketserver.StreamRequestHandler):
    server: FakeMailServer

    def handle(self) -> None:
        self._answer("CONNECT", "220 ready")
        while line := self.rfile.readline():
            verb = line.split()[0].decode().upper()
            if verb == "DATA" and self._answer("DATA", "354 go ahead"):
                self._read_mail()
            elif verb == "QUIT":
                self._answer("QUIT", "221 bye")
                return
            elif verb != "DATA":
                self._answer(verb, "250 ok")

    def _read_mail(self) -> None:
        lines = iter(self.rfile.readline, b".\r\n")
        mail = b"".join(lines)
        if self._answer("END", "250 accepted").startswith("250"):
            self.server.mails.append(mail)

    def _answer(self, verb: str, usual: str) -> str:
        reply = self.server.replies.get(verb, usual)
        if reply is None:
            self.server.closing.wait(timeout=5)
            return ""
        self.wfile.write(f"{reply}\r\n".encode())
        return reply if reply == usual else ""


@contextmanager
def running_mail_server() -> Iterator[FakeMailServer]:
    with FakeMailServer() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.closing.set()
            server.shutdown()
            thread.join()
