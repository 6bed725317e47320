"""
Events in contracts: a Celery message (protocol 2) around a CloudEvents envelope, byte for byte as the relay sends it.

https://docs.celeryq.dev/en/stable/internals/protocol.html
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from celery import Celery

from servicekit.messages.queues import EVENTS
from servicekit.messages.wire import WireMessage
from servicekit.testing.messages import deliver, wires
from tests.support.contracts import needs
from tests.support.contracts.consumer import Contract, Deliver

# What the example message says; consumers' tests look for these in their rows.
EVENT_ID = UUID("5d6ba5a0-5ef0-4c8e-a2f4-2d4a2a9f1d1c")
REQUEST_ID = "a-request-of-the-contract"
SENT_AT = "2026-11-20T12:00:00.123456Z"

PROPERTIES = ("content_type", "content_encoding", "message_id")


class EventContract(Contract):
    """What a consumer needs of the events of another service."""

    def hears(self, event_type: str, description: str, *, subject: str, data: Mapping[str, Any]) -> "EventContract":
        """
        One event, as `consumer` must be able to handle it.

        :param description: the provider's test finds by these words what it has to bring about.
        :param subject: an example; whom or what it is about.
        :param data: the fields that this consumer reads, no other.
        """
        interaction = self.upon_receiving(description, "Async")
        interaction.with_metadata(
            {
                "exchange": EVENTS.name,
                "routing_key": event_type,
                "task": event_type,
                "id": needs.identifier(str(EVENT_ID)),
                "request_id": needs.matching(REQUEST_ID, r"^[A-Za-z0-9._-]{1,128}$"),
                "content_encoding": "utf-8",
            }
        )
        envelope = {
            "specversion": "1.0",
            "id": needs.identifier(str(EVENT_ID)),
            "source": f"/{self.provider}",
            "type": event_type,
            "time": needs.moment(SENT_AT),
            "subject": needs.text(subject),
            "data": dict(data),
        }
        interaction.with_body([[envelope], needs.object_or_more(), needs.object_or_more()], "application/json")
        return self

    def delivering_to(self, app: Celery) -> None:
        """Bring the event to the task that a worker of `app` would run for it."""
        self.delivering(by_way_of(app))


def by_way_of(app: Celery) -> Deliver:
    def bring(body: bytes, metadata: dict[str, Any]) -> None:
        wire = WireMessage(
            exchange=metadata["exchange"],
            routing_key=metadata["routing_key"],
            headers={name: value for name, value in metadata.items() if name not in PROPERTIES},
            properties={name: metadata[name] for name in PROPERTIES if name in metadata},
            body=body.decode(),
        )
        assert wire.routing_key in heard_by(app), f"no queue of {app.main} is bound to {wire.routing_key!r}"
        deliver(app, wire)

    return bring


def heard_by(app: Celery) -> set[str]:
    """The routing keys that the queues of this app are bound to on the exchange of events."""
    found = set()
    for queue in app.conf.task_queues:
        bound = [(queue.exchange, queue.routing_key), *((each.exchange, each.routing_key) for each in queue.bindings)]
        found |= {key for exchange, key in bound if exchange and exchange.name == EVENTS.name}
    return found


def the_one(event_type: str) -> WireMessage:
    """What the relay would publish now, of this type: exactly one, from the outbox."""
    waiting = wires()
    found = [wire for wire in waiting if wire.routing_key == event_type]
    assert len(found) == 1, f"not one {event_type}, but {[wire.routing_key for wire in waiting]}"
    return found[0]
