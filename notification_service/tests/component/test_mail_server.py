"""Django's real mail backends: SMTP, against a fake server, and files."""

import email
import email.policy

import pytest
from celery.exceptions import Retry
from django.core import mail

from notification_service.celery_app import app
from notification_service.models import Delivery
from notification_service.tests.component.neighbours import running_mail_server
from notification_service.tests.component.queue import run_tasks
from notification_service.tests.factories import event
from notification_service.tests.people import ALICE
from servicekit.testing.messages import deliver

pytestmark = pytest.mark.django_db


@pytest.fixture
def delivery(user_service):
    user_service.knows(ALICE, first_name="Zoë")
    deliver(app, event("order.confirmed"))
    return Delivery.objects.get()


@pytest.fixture
def mail_server(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_TIMEOUT = 0.2
    with running_mail_server() as server:
        settings.EMAIL_PORT = server.port
        yield server


def parse(mail_as_bytes):
    return email.message_from_bytes(mail_as_bytes, policy=email.policy.default)


def first_lines(message, count):
    return message.get_content().splitlines()[:count]


class TestSmtp:
    def test_the_server_gets_the_whole_mail(self, mail_server, delivery):
        run_tasks()

        [message] = map(parse, mail_server.mails)
        assert (message["To"], message["From"]) == ("alice@example.org", "shop@shop.example")
        assert message["Subject"] == "Your order 17 is confirmed"
        assert message["Message-ID"] == f"<{delivery.id}@shop.example>"
        assert first_lines(message, 3) == ["Hello Zoë,", "", "Your order 17 is confirmed: 42.00."]

    @pytest.mark.parametrize(
        ("verb", "reply"),
        [
            ("CONNECT", "421 too many connections"),
            ("CONNECT", "554 no service"),
            ("EHLO", None),
            ("MAIL", "451 later"),
            ("RCPT", "450 mailbox busy"),
            ("DATA", "451 later"),
            ("END", "452 disk full"),
            ("END", None),
        ],
    )
    def test_a_temporary_failure_is_retried(self, mail_server, delivery, verb, reply):
        mail_server.replies[verb] = reply

        with pytest.raises(Retry):
            run_tasks()

        delivery.refresh_from_db()
        assert (delivery.state, delivery.attempts) == ("pending", 1)

    @pytest.mark.parametrize(("verb", "reply"), [("MAIL", "550 not you"), ("RCPT", "550 nobody"), ("END", "554 spam")])
    def test_a_permanent_failure_is_not_retried(self, mail_server, delivery, verb, reply):
        mail_server.replies[verb] = reply

        run_tasks()

        delivery.refresh_from_db()
        assert (delivery.state, delivery.reason) == ("failed", f"the mail server refused with {reply[:3]}")

    def test_a_server_that_cannot_be_reached_is_retried(self, settings, mail_server, delivery):
        settings.EMAIL_PORT = 1

        with pytest.raises(Retry):
            run_tasks()

        delivery.refresh_from_db()
        assert delivery.state == "pending"

    @pytest.mark.security
    def test_a_name_cannot_add_a_header(self, mail_server, user_service, delivery):
        user_service.knows(ALICE, first_name="Eve\r\nBcc: all@example.org\r\n\r\n.\r\nMAIL FROM:<x@x>")

        run_tasks()

        [message] = map(parse, mail_server.mails)
        assert message["Bcc"] is None
        assert first_lines(message, 1) == ["Hello Eve Bcc: all@example.org . MAIL FROM:<x@x>,"]


class TestFiles:
    def test_a_mail_becomes_a_file(self, settings, tmp_path, delivery):
        settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
        settings.EMAIL_FILE_PATH = str(tmp_path / "mail")

        run_tasks()

        [file] = (tmp_path / "mail").iterdir()
        assert "To: alice@example.org" in file.read_text()
        assert "Your order 17 is confirmed: 42.00." in file.read_text()
        assert mail.outbox == []
