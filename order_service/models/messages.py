"""The tables that servicekit works on."""

from servicekit.inbox import AbstractInboxMessage
from servicekit.outbox import AbstractOutboxMessage
from servicekit.revocation import AbstractRevocation


class OutboxMessage(AbstractOutboxMessage):
    """What the relay has to publish."""


class InboxMessage(AbstractInboxMessage):
    """Which events were already heard."""


class Revocation(AbstractRevocation):
    """Tokens that no longer open anything."""
