"""
The exchange and the queues of RabbitMQ.

Every queue is a quorum queue: it survives a broker's crash, counts deliveries, and moves what could not be handled to
`<service>.dead-letters`. A service binds its events queue to exactly the events that it consumes, never with
wildcards: an event that another service adds must not arrive here.
"""

from collections.abc import Sequence
from typing import Any, Final

from celery import Celery
from kombu import Exchange, Queue, binding

from servicekit.messages.wire import EXCHANGE, work_queue

EVENTS: Final = Exchange(EXCHANGE, type="topic", durable=True)
DELIVERY_LIMIT: Final = 20
"""A message that was delivered this often without being acknowledged becomes a dead letter."""


def queues(service: str, hears: Sequence[str]) -> list[Queue]:
    """Give the queues that the service's worker consumes."""
    work = work_queue(service)
    arguments = {
        "x-queue-type": "quorum",
        "x-delivery-limit": DELIVERY_LIMIT,
        "x-overflow": "reject-publish",
        "x-dead-letter-exchange": "",
        "x-dead-letter-routing-key": dead_letter_queue(service).name,
        "x-dead-letter-strategy": "at-least-once",
    }
    # Celery's delayed delivery needs a topic exchange. It is the service's own, so that no other service gets a retry.
    found = [Queue(work, Exchange(work, type="topic"), routing_key=work, queue_arguments=arguments)]
    if hears:
        bindings = [binding(EVENTS, routing_key=each) for each in hears]
        events = Queue(f"{service}.events", routing_key=hears[0], bindings=bindings, queue_arguments=arguments)
        # With bindings, Kombu leaves the exchange empty, and Celery would then set it to the work exchange.
        events.exchange = EVENTS
        found.append(events)
    return found


def dead_letter_queue(service: str) -> Queue:
    """Give the queue of messages that could not be handled. Each listing delivers them again, so its limit is high."""
    arguments = {"x-queue-type": "quorum", "x-delivery-limit": 1_000_000}
    return Queue(f"{service}.dead-letters", routing_key=f"{service}.dead-letters", queue_arguments=arguments)


def declare(app: Celery, channel: Any) -> None:
    """Declare the events exchange and the queues of this service at the broker."""
    EVENTS.bind(channel).declare()
    dead = [dead_letter_queue(app.main)] if channel.connection.client.transport.driver_type == "amqp" else []
    for queue in (*dead, *app.amqp.queues.values()):
        queue.bind(channel).declare()
