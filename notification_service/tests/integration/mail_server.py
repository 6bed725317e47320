"""A mail server in front of the mail catcher, which refuses or holds mails as a test asks."""

import asyncio
import smtplib
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from urllib.parse import urlsplit

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from notification_service.tests.integration.people import Person
from tests.support.fake_server import LIMIT_SECONDS, HeldCall
from tests.support.spawning import free_port


class MailServer:
    """
    An SMTP server that forwards every mail to the catcher, unless a test asks otherwise.

    Refusals and holds are for one recipient, so that tests do not disturb each other.
    """

    def __init__(self, catcher: str):
        parts = urlsplit(catcher)
        self._catcher = (parts.hostname or "", parts.port or 25)
        self.port = free_port()
        self._refusals: dict[str, list[str]] = {}
        self._before: dict[str, HeldCall] = {}
        self._after: dict[str, HeldCall] = {}
        self._forwarded: defaultdict[str, list[str]] = defaultdict(list)

    def refuses(self, person: Person, reply: str, *, times: int = 1) -> None:
        """Answer `reply` to the next mails to this person."""
        self._refusals[person.email] = [reply] * times

    def holds(self, person: Person) -> HeldCall:
        """Hold the next mail to this person before it is accepted."""
        return self._before.setdefault(person.email, HeldCall())

    def holds_answer_to(self, person: Person) -> HeldCall:
        """Forward the next mail to this person, and hold the answer to its sender."""
        return self._after.setdefault(person.email, HeldCall())

    def message_ids(self, person: Person) -> list[str]:
        """The Message-ID of each mail that was forwarded to this person."""
        return self._forwarded[person.email]

    def release_all(self) -> None:
        """Release every mail and answer that is held."""
        for held in (*self._before.values(), *self._after.values()):
            held.release()

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if held := self._before.pop(address, None):
            await asyncio.to_thread(held.hold)
        if self._refusals.get(address):
            return self._refusals[address].pop()
        envelope.rcpt_tos.append(address)
        return "250 ok"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        await asyncio.to_thread(self._forward, envelope)
        [address] = envelope.rcpt_tos
        self._forwarded[address].append(message_from_bytes(envelope.content)["Message-ID"])
        if held := self._after.pop(address, None):
            await asyncio.to_thread(held.hold)
        return "250 accepted"

    def _forward(self, envelope: Envelope) -> None:
        with smtplib.SMTP(*self._catcher, timeout=LIMIT_SECONDS) as catcher:
            catcher.sendmail(envelope.mail_from, envelope.rcpt_tos, envelope.content)


@contextmanager
def running_mail_server(catcher: str) -> Iterator[MailServer]:
    mail_server = MailServer(catcher)
    controller = Controller(mail_server, hostname="127.0.0.1", port=mail_server.port)
    controller.start()
    try:
        yield mail_server
    finally:
        mail_server.release_all()
        controller.stop()
