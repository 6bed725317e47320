"""What was sent can be read, whichever catcher this run has."""

import secrets
import smtplib
from email.message import EmailMessage
from urllib.parse import urlsplit

import pytest

from tests.support.mailbox import Letter


@pytest.fixture
def alice():
    return f"alice-{secrets.token_hex(4)}@example.com"


def send(servers, *, to, subject, text):
    where = urlsplit(servers.mail_smtp)
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "shop@example.com", to, subject
    mail.set_content(text)
    with smtplib.SMTP(where.hostname, where.port, timeout=5) as client:
        client.send_message(mail)


class TestMailbox:
    def test_shows_letters_oldest_first(self, servers, mailbox, alice):
        send(servers, to=alice, subject="Welcome", text="Grüße, Alice\nyour shop")
        send(servers, to=alice, subject="Order 1", text="Thank you")

        assert mailbox.letters_to(alice) == [
            Letter(to=[alice], subject="Welcome", text="Grüße, Alice\nyour shop"),
            Letter(to=[alice], subject="Order 1", text="Thank you"),
        ]

    def test_keeps_letters_apart_by_address(self, servers, mailbox, alice):
        send(servers, to=f"not-{alice}", subject="Welcome", text="Hello")

        assert mailbox.letters_to(alice) == []
