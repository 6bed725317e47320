"""
A mail server that keeps the mails and does not deliver them: `python -m tests.support.mailcatcher SMTP_PORT API_PORT`.

It replaces Mailpit where there is no Docker, with the part of Mailpit's API that `mailbox.py` uses
(https://mailpit.axllent.org/docs/api-v1/): list, search by `to:"..."`, one message, delete all.
"""

import email.policy
import secrets
import sys
import threading
from collections.abc import Sequence
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.support.fake_server import FakeServer, Request


class Mail:
    """A mail, with the names of Mailpit's API."""

    def __init__(self, raw: bytes, recipients: Sequence[str]):
        parsed = message_from_bytes(raw, policy=email.policy.default)
        assert isinstance(parsed, EmailMessage)
        body = parsed.get_body(("plain", "html"))
        self.id = secrets.token_hex(11)
        self.recipients = recipients
        self.summary = {
            "ID": self.id,
            "MessageID": parsed.get("Message-ID", "").strip("<>"),
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


class Api(FakeServer):
    """Mailpit's HTTP API."""

    def __init__(self, box: Box, port: int):
        super().__init__(port)
        self.box = box

    def answer(self, request: Request) -> tuple[int, Any]:
        with self.box.lock:
            mails = list(self.box.mails)
        match request.method, *request.path[2:]:
            case "GET", "messages":
                return 200, {"total": len(mails), "messages": [mail.summary for mail in mails]}
            case "GET", "search":
                found = [mail.summary for mail in mails if mail.is_for(request.query["query"][0])]
                return 200, {"total": len(mails), "messages_count": len(found), "messages": found}
            case "GET", "message", wanted if any(mail.id == wanted for mail in mails):
                return 200, next(mail.details for mail in mails if mail.id == wanted)
            case "DELETE", "messages":
                with self.box.lock:
                    self.box.mails.clear()
                return 200, "ok"
        return 404, {"Error": "not found, or not in this small catcher"}


def main(smtp_port: int, api_port: int) -> None:
    box = Box()
    Controller(box, hostname="127.0.0.1", port=smtp_port).start()
    Api(box, api_port).serve_forever()


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
