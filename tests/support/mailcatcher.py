"""
A mail server that delivers nothing and shows everything: `python -m tests.support.mailcatcher SMTP_PORT API_PORT`.

It stands in for Mailpit where there is no Docker, and answers the part of Mailpit's API that `mailbox.py` uses
(https://mailpit.axllent.org/docs/api-v1/): list, search by `to:"..."`, one message, delete all.
"""

import email.policy
import json
import secrets
import sys
import threading
from collections.abc import Sequence
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


class Mail:
    """One mail, in Mailpit's words."""

    def __init__(self, raw: bytes, recipients: Sequence[str]):
        parsed = message_from_bytes(raw, policy=email.policy.default)
        assert isinstance(parsed, EmailMessage)
        body = parsed.get_body(("plain", "html"))
        self.id = secrets.token_hex(11)
        self.recipients = recipients
        self.summary = {
            "ID": self.id,
            "From": self._people(parsed, "From")[0],
            "To": self._people(parsed, "To"),
            "Subject": parsed.get("Subject", ""),
            "Created": datetime.now(UTC).isoformat(),
        }
        self.details = self.summary | {"Text": body.get_content() if body else ""}

    @staticmethod
    def _people(parsed: EmailMessage, header: str) -> list[dict[str, str]]:
        found = [address for line in parsed.get_all(header, []) for address in line.addresses]
        return [{"Name": one.display_name, "Address": one.addr_spec} for one in found] or [{"Name": "", "Address": ""}]

    def is_for(self, query: str) -> bool:
        """Whether a search for `to:"alice@example.com"` finds this mail."""
        return query.removeprefix("to:").strip('"').lower() in " ".join(self.recipients).lower()


class Box:
    """The mails that came, newest first; takes them from aiosmtpd."""

    def __init__(self) -> None:
        self.mails: list[Mail] = []
        self.lock = threading.Lock()

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802  aiosmtpd's name
        mail = Mail(envelope.original_content or b"", envelope.rcpt_tos)
        with self.lock:
            self.mails.insert(0, mail)
        return f"250 2.0.0 Ok: queued as {mail.id}"


def api(box: Box) -> type[BaseHTTPRequestHandler]:
    """A handler that shows this box."""

    class Api(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            url = urlsplit(self.path)
            query = parse_qs(url.query).get("query", [""])[0]
            with box.lock:
                mails = list(box.mails)
            match url.path.removeprefix("/api/v1/").split("/"):
                case ["messages"]:
                    self.answer({"total": len(mails), "messages": [mail.summary for mail in mails]})
                case ["search"] if query.startswith("to:"):
                    found = [mail.summary for mail in mails if mail.is_for(query)]
                    self.answer({"total": len(mails), "messages_count": len(found), "messages": found})
                case ["message", wanted] if any(mail.id == wanted for mail in mails):
                    self.answer(next(mail.details for mail in mails if mail.id == wanted))
                case _:
                    self.answer({"Error": "not found, or not in this small catcher"}, status=404)

        def do_DELETE(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            with box.lock:
                box.mails.clear()
            self.answer("ok")

        def answer(self, content: Any, status: int = 200) -> None:
            body = json.dumps(content).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  the base class's name
            """Nobody reads an access log of a test's mailbox."""

    return Api


def main(smtp_port: int, api_port: int) -> None:
    box = Box()
    Controller(box, hostname="127.0.0.1", port=smtp_port).start()
    ThreadingHTTPServer(("127.0.0.1", api_port), api(box)).serve_forever()


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
