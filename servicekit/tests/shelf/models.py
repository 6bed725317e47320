from django.db import models

from servicekit.messages.inbox import AbstractInboxMessage
from servicekit.messages.outbox import AbstractOutboxMessage


class OutboxMessage(AbstractOutboxMessage):
    pass


class InboxMessage(AbstractInboxMessage):
    pass


class Book(models.Model):
    """A row of the shelf's consumers, in which tests see a handler's effect and its rollback."""

    title = models.CharField(max_length=100, unique=True)
    dusted = models.BooleanField(default=False)
    tries = models.IntegerField(default=0)

    def __str__(self) -> str:
        return self.title
