import json

import pytest

from servicekit.base.telemetry import bound_request_id
from servicekit.messages import outbox
from servicekit.testing.messages import wires
from servicekit.tests.shelf.models import OutboxMessage
from servicekit.tests.unit.events import BookWritten

pytestmark = pytest.mark.django_db


class TestWireMessage:
    def test_of_an_event_is_a_celery_task_with_the_events_name(self):
        with bound_request_id("req-1"):
            outbox.record(BookWritten("Emma"))

        [wire], [row] = wires(), OutboxMessage.objects.all()
        message_id = str(row.message_id)
        assert (wire.exchange, wire.routing_key) == ("events", "book.written")
        assert wire.headers == {
            "lang": "py",
            "task": "book.written",
            "id": message_id,
            "argsrepr": "[hidden]",
            "kwargsrepr": "[hidden]",
            "ignore_result": True,
            "request_id": "req-1",
        }
        assert wire.properties == {
            "content_type": "application/json",
            "content_encoding": "utf-8",
            "delivery_mode": 2,
            "correlation_id": message_id,
            "message_id": message_id,
        }
        [envelope], kwargs, embedded = json.loads(wire.body)
        assert (envelope["id"], kwargs) == (message_id, {})
        assert embedded == {"callbacks": None, "errbacks": None, "chain": None, "chord": None}
