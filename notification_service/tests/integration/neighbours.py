"""What stands around the processes under test: user_service, made up, and a mail server before the mail catcher."""

import asyncio
import json
import smtplib
import threading
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from servicekit.testing import TokenMint
from tests.support.native import free_port

PATIENCE = 20.0  # seconds that a conversation is held at most


@dataclass(frozen=True)
class Person:
    """Somebody of one test only: others' rows and mails are none of theirs."""

    id: int
    name: str
    email: str


class FakeUserService(ThreadingHTTPServer):
    """Publishes the mint's key, gives out a service token, and tells those who show it about the people it knows."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _UserApi)
        self.mint = TokenMint()
        self.token = self.mint.service("notification_service", scopes=["users:read"])
        self.url = f"http://127.0.0.1:{self.server_port}"
        self._people: dict[int, dict[str, Any]] = {}
        self._fails: Counter[int] = Counter()
        self._asked: defaultdict[int, list[str]] = defaultdict(list)

    def knows(self, person: Person, **fields: Any) -> None:
        user = {"id": person.id, "username": person.name.lower(), "first_name": person.name, "email": person.email}
        self._people[person.id] = user | {"is_active": True} | fields

    def fails(self, person: Person, *, times: int) -> None:
        """Answer this often that it cannot tell about this person now."""
        self._fails[person.id] = times

    def times_asked(self, person: Person) -> int:
        """How often somebody wanted to know about this person."""
        return len(self._asked[person.id])

    def request_ids(self, person: Person) -> list[str]:
        """On whose behalf it was asked about this person."""
        return self._asked[person.id]

    def user(self, user_id: int, *, request_id: str) -> tuple[int, Any]:
        self._asked[user_id].append(request_id)
        if self._fails[user_id]:
            self._fails[user_id] -= 1
            return 503, {"error": "Busy.", "code": "BUSY", "detail": "as the test wants it"}
        if user_id in self._people:
            return 200, self._people[user_id]
        return 404, {"error": "There is no such user.", "code": "USER_NOT_FOUND", "detail": str(user_id)}


class _UserApi(BaseHTTPRequestHandler):
    server: FakeUserService

    def do_GET(self) -> None:
        match self.path.strip("/").split("/"):
            case [".well-known", "jwks.json"]:
                self._answer(200, self.server.mint.jwks())
            case ["api", "users", _] if self.headers["Authorization"] != f"Bearer {self.server.token}":
                self._answer(401, {"error": "Who are you?", "code": "INVALID_TOKEN", "detail": ""})
            case ["api", "users", user_id]:
                self._answer(*self.server.user(int(user_id), request_id=self.headers["X-Request-ID"]))
            case _:
                self._answer(404, {"error": "There is nothing here.", "code": "NOT_FOUND", "detail": self.path})

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self._answer(200, {"access_token": self.server.token, "token_type": "Bearer", "expires_in": 300})

    def _answer(self, status: int, content: Any) -> None:
        body = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """What was asked is in the fake itself."""


@contextmanager
def running_user_service() -> Iterator[FakeUserService]:
    with FakeUserService() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


class Held:
    """A conversation about one mail, kept waiting for an answer until the test goes on, or says no."""

    def __init__(self) -> None:
        self._reached = threading.Event()
        self._released = threading.Event()

    def wait_until_reached(self, *, within: float = 15.0) -> None:
        assert self._reached.wait(within), f"no mail came within {within} s"

    def release(self) -> None:
        self._released.set()

    async def here(self) -> None:
        self._reached.set()
        await asyncio.to_thread(self._released.wait, PATIENCE)


class MailServer:
    """
    SMTP as it is before a mail reaches the catcher: everything is passed on there, unless a test says otherwise.

    What it says or holds concerns one recipient, so that tests do not meet.
    """

    def __init__(self, catcher: str):
        parts = urlsplit(catcher)
        self._catcher = (parts.hostname or "", parts.port or 25)
        self.port = free_port()
        self._refusals: dict[str, list[str]] = {}
        self._before: dict[str, Held] = {}
        self._after: dict[str, Held] = {}
        self._passed_on: defaultdict[str, list[str]] = defaultdict(list)

    def refuses(self, person: Person, reply: str, *, times: int = 1) -> None:
        """Say no to this person's mail, this often."""
        self._refusals[person.email] = [reply] * times

    def holds(self, person: Person) -> Held:
        """Keep the next mail to this person waiting before it is taken."""
        return self._before.setdefault(person.email, Held())

    def keeps_silent_to(self, person: Person) -> Held:
        """Take the next mail to this person, and keep whoever brought it waiting for the answer."""
        return self._after.setdefault(person.email, Held())

    def message_ids(self, person: Person) -> list[str]:
        """The Message-ID of each mail that went through to this person."""
        return self._passed_on[person.email]

    def let_go(self) -> None:
        """Release whatever is held."""
        for held in (*self._before.values(), *self._after.values()):
            held.release()

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if held := self._before.pop(address, None):
            await held.here()
        if self._refusals.get(address):
            return self._refusals[address].pop()
        envelope.rcpt_tos.append(address)
        return "250 fine"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        await asyncio.to_thread(self._pass_on, envelope)
        [address] = envelope.rcpt_tos
        self._passed_on[address].append(message_from_bytes(envelope.content)["Message-ID"])
        if held := self._after.pop(address, None):
            await held.here()
        return "250 taken"

    def _pass_on(self, envelope: Envelope) -> None:
        with smtplib.SMTP(*self._catcher, timeout=PATIENCE) as catcher:
            catcher.sendmail(envelope.mail_from, envelope.rcpt_tos, envelope.content)


@contextmanager
def running_mail_server(catcher: str) -> Iterator[MailServer]:
    mail_server = MailServer(catcher)
    controller = Controller(mail_server, hostname="127.0.0.1", port=mail_server.port)
    controller.start()
    try:
        yield mail_server
    finally:
        mail_server.let_go()
        controller.stop()
