"""The tables that servicekit works on."""

from servicekit.auth.revocation import AbstractRevocation
from servicekit.messages.inbox import AbstractInboxMessage
from servicekit.messages.outbox import AbstractOutboxMessage


class OutboxMessage(AbstractOutboxMessage):
    """What the relay has to publish."""


class InboxMessage(AbstractInboxMessage):
    """Which events were already heard."""


class Revocation(AbstractRevocation):
    """Tokens that no longer open anything."""
