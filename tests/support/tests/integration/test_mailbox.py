"""Mails can be read from the mail catcher of this run, whichever it is."""

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
    def test_letters_to_an_address_come_oldest_first(self, servers, mailbox, alice):
        send(servers, to=alice, subject="Welcome", text="Grüße, Alice\nyour shop")
        send(servers, to=alice, subject="Order 1", text="Thank you")

        assert mailbox.letters_to(alice) == [
            Letter(to=[alice], subject="Welcome", text="Grüße, Alice\nyour shop"),
            Letter(to=[alice], subject="Order 1", text="Thank you"),
        ]

    def test_letters_to_another_address_are_left_out(self, servers, mailbox, alice):
        send(servers, to=f"not-{alice}", subject="Welcome", text="Hello")

        assert mailbox.letters_to(alice) == []

    def test_a_proxy_of_the_shell_is_not_asked(self, servers, mailbox, alice, monkeypatch):
        monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")

        assert mailbox.letters_to(alice) == []
