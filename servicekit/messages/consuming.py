"""
Consumers of events: from a message to one call of a handler.

A consumer saves rows and commands. Work that may need retries is a command on the service's own queue, because a retry
of a task that arrived over the events exchange would be published there again, to every service.
"""

import logging
from collections.abc import Callable

from celery import Celery, Task
from django.db import transaction

from servicekit.messages.events import Envelope, UnreadableMessage
from servicekit.messages.inbox import received_first_time

Handler = Callable[[Envelope], None]

log = logging.getLogger(__name__)


def consumes(app: Celery, event_type: str) -> Callable[[Handler], "Task[..., None]"]:
    """
    Make a function the consumer of one type of event::

        @consumes(app, "user.registered")
        def user_registered(envelope: Envelope) -> None:
            notifications.welcome(user_id=envelope.data["user_id"])

    The handler runs once per message id, in one transaction with its inbox row. An exception undoes both, and makes
    the message a dead letter. The function itself stays available as `user_registered.handler`.
    """

    def decorate(handler: Handler) -> "Task[..., None]":
        @app.task(name=event_type, handler=staticmethod(handler))
        def consume(raw: object) -> None:
            envelope = Envelope.parse(raw)
            if envelope.type != event_type:
                raise UnreadableMessage(f"a task named {event_type} brought a {envelope.type}")
            _handle_once(handler, envelope)

        return consume

    return decorate


def _handle_once(handler: Handler, envelope: Envelope) -> None:
    with transaction.atomic():
        if received_first_time(envelope.id, envelope.type):
            handler(envelope)
        else:
            log.info("event %s %s was handled before", envelope.type, envelope.id)
