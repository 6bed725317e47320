"""Account mails in tests: sent as a worker would, and read as a user would."""

import re
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

from servicekit.testing.messages import commands
from user_service.mail import Mail
from user_service.services import SEND_ACCOUNT_MAIL, AccountMailService
from user_service.tests.fakes import FakeMailSender


@dataclass
class LastMail:
    mails: AccountMailService
    sender: FakeMailSender

    def __call__(self) -> Mail:
        """:raises IndexError: no mail was sent."""
        for _, arguments in commands(SEND_ACCOUNT_MAIL):
            self.mails.send(mail_id=UUID(arguments["mail_id"]))
        return self.sender.mails[-1]


def token_in(text: str) -> str:
    """Give the token of the link in a mail."""
    [link] = re.findall(r"https?://\S+", text)
    return parse_qs(urlsplit(link).query)["token"][0]
