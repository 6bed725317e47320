"""A mail server before the mail catcher, which says no or lets wait as a test wants it."""

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
from tests.support.native import free_port
from tests.support.neighbours import PATIENCE, Held


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
            await asyncio.to_thread(held.here)
        if self._refusals.get(address):
            return self._refusals[address].pop()
        envelope.rcpt_tos.append(address)
        return "250 fine"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        await asyncio.to_thread(self._pass_on, envelope)
        [address] = envelope.rcpt_tos
        self._passed_on[address].append(message_from_bytes(envelope.content)["Message-ID"])
        if held := self._after.pop(address, None):
            await asyncio.to_thread(held.here)
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
