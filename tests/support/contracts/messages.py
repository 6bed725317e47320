"""
Events in contracts: Celery messages (protocol 2) with CloudEvents envelopes, as the relay sends them.

https://docs.celeryq.dev/en/stable/internals/protocol.html
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from celery import Celery

from servicekit.messages.queues import EVENTS
from servicekit.messages.wire import WireMessage
from servicekit.testing.messages import deliver, wires
from tests.support.contracts import matchers
from tests.support.contracts.consumer import Contract, Deliver

# Values of the example message; consumers' tests look for them in their rows.
EVENT_ID = UUID("5d6ba5a0-5ef0-4c8e-a2f4-2d4a2a9f1d1c")
REQUEST_ID = "a-request-of-the-contract"
SENT_AT = "2026-11-20T12:00:00.123456Z"

PROPERTIES = ("content_type", "content_encoding", "message_id")


class EventContract(Contract):
    """What a consumer needs of the events of another service."""

    def receives(self, event_type: str, description: str, *, subject: str, data: Mapping[str, Any]) -> "EventContract":
        """
        Describe an event that the consumer handles.

        :param description: the name of the provider's function that publishes it.
        :param subject: an example of the envelope's subject.
        :param data: the fields that this consumer reads, and no others.
        """
        interaction = self.upon_receiving(description, "Async")
        interaction.with_metadata(
            {
                "exchange": EVENTS.name,
                "routing_key": event_type,
                "task": event_type,
                "id": matchers.uuid(str(EVENT_ID)),
                "request_id": matchers.matching(REQUEST_ID, r"^[A-Za-z0-9._-]{1,128}$"),
                "content_encoding": "utf-8",
            }
        )
        envelope = {
            "specversion": "1.0",
            "id": matchers.uuid(str(EVENT_ID)),
            "source": f"/{self.provider}",
            "type": event_type,
            "time": matchers.timestamp(SENT_AT),
            "subject": matchers.text(subject),
            "data": dict(data),
        }
        interaction.with_body([[envelope], matchers.any_object(), matchers.any_object()], "application/json")
        return self

    def handled_by(self, app: Celery) -> None:
        """Run the task that a worker of `app` would run for the event."""
        self.delivering(deliver_to(app))


def deliver_to(app: Celery) -> Deliver:
    def deliver_message(body: bytes, metadata: dict[str, Any]) -> None:
        wire = WireMessage(
            exchange=metadata["exchange"],
            routing_key=metadata["routing_key"],
            headers={name: value for name, value in metadata.items() if name not in PROPERTIES},
            properties={name: metadata[name] for name in PROPERTIES if name in metadata},
            body=body.decode(),
        )
        assert wire.routing_key in subscriptions(app), f"no queue of {app.main} is bound to {wire.routing_key!r}"
        deliver(app, wire)

    return deliver_message


def subscriptions(app: Celery) -> set[str]:
    """The routing keys by which the queues of this app are bound to the events exchange."""
    found = set()
    for queue in app.conf.task_queues:
        bound = [(queue.exchange, queue.routing_key), *((each.exchange, each.routing_key) for each in queue.bindings)]
        found |= {key for exchange, key in bound if exchange and exchange.name == EVENTS.name}
    return found


def published(event_type: str) -> WireMessage:
    """The one message of this type that the relay would publish now."""
    waiting = wires()
    found = [wire for wire in waiting if wire.routing_key == event_type]
    assert len(found) == 1, f"not one {event_type}, but {[wire.routing_key for wire in waiting]}"
    return found[0]
