"""Messages in tests: handed to a consumer as a worker would, and read from the outbox as a relay would."""

import json
from threading import Lock
from typing import Any
from weakref import WeakSet

from celery import Celery

from servicekit.messages import outbox
from servicekit.messages.events import Envelope
from servicekit.messages.wire import WireMessage, wire_message

LOOKING = Lock()
LOOKED_AT: WeakSet[Celery] = WeakSet()


def deliver(app: Celery, message: Envelope | WireMessage | object, *, task: str = "", request_id: str = "") -> Any:
    """
    Bring a message to the task that it names, by way of JSON, as a worker does but without broker and pool.

    :param message: an event's envelope, or what the relay would publish, which may be a command; or anything else
        that JSON can say, to try out what a consumer cannot read.
    :param task: where to bring it, when the message does not say.
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
    # Celery lets whoever asks while it looks go on with the tasks found so far; and lets Django check all its models
    # and routes each time, which takes longer than a test.
    with LOOKING:
        if app not in LOOKED_AT:
            app.loader.import_default_modules()
            LOOKED_AT.add(app)


def published(*types: str) -> list[Envelope]:
    """Give the events that wait in the outbox, oldest first; of these types only, if any are named."""
    waiting = (row for row in _waiting("event") if not types or row.name in types)
    return [Envelope.parse(json.loads(row.body)[0][0]) for row in waiting]


def commands(*names: str) -> list[tuple[str, dict[str, Any]]]:
    """Give the commands that wait in the outbox, oldest first, as name and keyword arguments."""
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
