"""Mails that Django wrote into files instead of sending them."""

import email
import email.policy
from email.message import EmailMessage
from pathlib import Path


def mails(folder: Path) -> list[EmailMessage]:
    """Every mail in the folder. Django's file backend writes one file per connection, mails parted by a dashed line."""
    texts = [file.read_bytes() for file in sorted(folder.glob("*.log"))]
    parts = [part.strip() for text in texts for part in text.split(b"\n" + b"-" * 79 + b"\n")]
    return [email.message_from_bytes(part, policy=email.policy.default) for part in parts if part]
