"""Mails that the shop sent."""

import email
import email.policy
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path


@dataclass(frozen=True)
class Mail:
    subject: str
    text: str


def mails_to(address: str, folder: Path) -> list[Mail]:
    """The mails to an address, oldest first, that Django wrote into files of this folder instead of sending them."""
    return [Mail(str(mail["Subject"]), mail.get_content().strip()) for mail in _mails(folder) if mail["To"] == address]


def _mails(folder: Path) -> list[EmailMessage]:
    # Django's file backend writes one file per connection, and a line of dashes after each mail.
    texts = [file.read_bytes() for file in sorted(folder.glob("*.log"))]
    parts = [part.strip() for text in texts for part in text.split(b"\n" + b"-" * 79 + b"\n")]
    return [email.message_from_bytes(part, policy=email.policy.default) for part in parts if part]
