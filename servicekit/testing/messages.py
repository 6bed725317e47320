"""Messages in tests: delivered to a consumer as a worker does, and read from the outbox as the relay does."""

import json
from threading import Lock
from typing import Any
from weakref import WeakSet

from celery import Celery

from servicekit.messages import outbox
from servicekit.messages.events import Envelope
from servicekit.messages.wire import WireMessage, wire_message

FINDING = Lock()
FOUND_IN: WeakSet[Celery] = WeakSet()


def deliver(app: Celery, message: Envelope | WireMessage | object, *, task: str = "", request_id: str = "") -> Any:
    """
    Deliver a message to the task that it names, as JSON, as a worker does but without a broker.

    :param message: the envelope of an event, or what the relay would publish; or any other JSON value, to test
        messages that a consumer cannot read.
    :param task: the name of the task, when the message does not name one.
    :raises AssertionError: the app has no such task.
    :raises celery.exceptions.Reject: the message would go to the dead letters, or back to its queue.
    """
    wire = message if isinstance(message, WireMessage) else _wire(message, task, request_id)
    _find_tasks(app)
    name = wire.headers["task"]
    assert name in app.tasks, f"{app.main} has no task {name!r}, only {sorted(app.tasks)}"
    args, kwargs, _ = json.loads(wire.body)
    found = app.tasks[name]
    delivery_info = {"exchange": wire.exchange, "routing_key": wire.routing_key, "redelivered": False}
    found.push_request(**wire.headers, args=args, kwargs=kwargs, delivery_info=delivery_info, called_directly=False)
    try:
        return found(*args, **kwargs)
    finally:
        found.pop_request()


def _find_tasks(app: Celery) -> None:
    # Once: Celery also runs Django's checks each time, and a second thread would see only the tasks found so far.
    with FINDING:
        if app not in FOUND_IN:
            app.loader.import_default_modules()
            FOUND_IN.add(app)


def published(*types: str) -> list[Envelope]:
    """Give the unpublished events in the outbox, oldest first; only of these types, if any are named."""
    waiting = (row for row in _waiting("event") if not types or row.name in types)
    return [Envelope.parse(json.loads(row.body)[0][0]) for row in waiting]


def commands(*names: str) -> list[tuple[str, dict[str, Any]]]:
    """Give the unpublished commands in the outbox, oldest first, as name and keyword arguments."""
    waiting = (row for row in _waiting("command") if not names or row.name in names)
    return [(row.name, json.loads(row.body)[1]) for row in waiting]


def wires() -> list[WireMessage]:
    """Give what the relay would publish now, oldest first; each can be delivered."""
    return [wire_message(row) for row in outbox.model().objects.filter(published_at=None).order_by("id")]


def _waiting(kind: str) -> Any:
    return outbox.model().objects.filter(published_at=None, kind=kind).order_by("id")


def _wire(message: object, task: str, request_id: str) -> WireMessage:
    raw = message.to_dict() if isinstance(message, Envelope) else message
    named = raw.get("type") if isinstance(raw, dict) else None
    body = json.dumps([[raw], {}, {}])
    return wire_message(outbox.model()(kind="event", name=task or str(named), body=body, request_id=request_id))
