import json
from types import SimpleNamespace

import pytest
from celery.app.base import Celery
from celery.worker.consumer import Consumer as CelerysConsumer
from kombu.exceptions import DecodeError

from servicekit.base.liveness import Liveness
from servicekit.messages.events import UnreadableMessage
from servicekit.messages.worker_loop import Alive, Consumer, Delays, require_task_message
from servicekit.tests.unit.events import book_written

NOTHING = {"callbacks": None, "errbacks": None, "chain": None, "chord": None}


class FakeMessage:
    def __init__(self, *, body=None, headers=None, exchange="events", **changed_headers):
        self.headers = {"task": "book.written", "id": "6a3f"} | changed_headers if headers is None else headers
        self.body = json.dumps([[book_written().to_dict()], {}, NOTHING] if body is None else body)
        self.delivery_info = {"exchange": exchange}
        self.acknowledged = False
        self.rejected = False

    @property
    def payload(self):
        return json.loads(self.body)

    def reject_log_error(self, _logger, _errors):
        self.acknowledged = self.rejected = True


class Loop(Consumer):
    """The consumer without a connection; the test defines what Celery does with a message."""

    connection_errors = (ConnectionResetError,)

    def __init__(self):
        pass


@pytest.fixture
def handle(monkeypatch):
    """Give a function that makes our handler around one of Celery's."""

    def prepare(celery):
        monkeypatch.setattr(CelerysConsumer, "create_task_handler", lambda *_: celery)
        return Loop().create_task_handler()

    return prepare


class TestRequireTaskMessage:
    @pytest.mark.parametrize(
        "message",
        [
            FakeMessage(),
            FakeMessage(body=[[], {"book_id": 7}, {}]),
            FakeMessage(exchange="shelf.work", eta="2026-11-20T12:00:00Z"),
        ],
        ids=["event", "command", "retry"],
    )
    def test_accepts_messages_of_our_services(self, message):
        require_task_message(message)

    @pytest.mark.parametrize(
        "message",
        [
            FakeMessage(headers=None, task=7),
            FakeMessage(id=7),
            FakeMessage(headers={}),
            FakeMessage(headers={"task": "book.written"}),
            FakeMessage(body=1),
            FakeMessage(body="abc"),
            FakeMessage(body=[[]]),
            FakeMessage(body={"args": 1, "kwargs": 2, "embed": 3}),
            FakeMessage(body=["args", {}, {}]),
            FakeMessage(body=[[], [], {}]),
            FakeMessage(body=[[], {}, 7]),
            FakeMessage(body=[[], {}, NOTHING | {"chain": "x"}]),
            FakeMessage(eta="9999-12-31T23:59:59Z"),
            FakeMessage(expires="2026-01-01T00:00:00Z"),
        ],
    )
    def test_refuses_any_other_message(self, message):
        with pytest.raises((UnreadableMessage, KeyError, TypeError, ValueError)):
            require_task_message(message)


class TestHandler:
    def test_passes_a_valid_message_to_celery(self, handle):
        seen, message = [], FakeMessage()

        handle(seen.append)(message)

        assert seen == [message]
        assert not message.rejected

    def test_rejects_an_unreadable_message(self, handle):
        seen, message = [], FakeMessage(body=[17])

        handle(seen.append)(message)

        assert seen == []
        assert message.rejected

    def test_rejects_a_message_on_which_celery_fails(self, handle):
        def celery(_message):
            raise RecursionError

        message = FakeMessage()

        handle(celery)(message)

        assert message.rejected

    def test_does_not_reject_twice(self, handle):
        def celery(message):
            message.acknowledged = True
            raise KeyError("id")

        message = FakeMessage()

        handle(celery)(message)

        assert not message.rejected

    def test_passes_a_lost_connection_to_celery(self, handle):
        def celery(_message):
            raise ConnectionResetError

        message = FakeMessage()

        with pytest.raises(ConnectionResetError):
            handle(celery)(message)
        assert not message.rejected

    def test_rejects_a_message_that_kombu_cannot_decode(self):
        """Celery would acknowledge it, and it would be lost."""
        message = FakeMessage()

        Loop().on_decode_error(message, DecodeError("no JSON"))

        assert message.rejected


class TestConnecting:
    def test_waits_at_most_two_seconds_between_attempts(self, caplog):
        asked = {}

        def ensure_connection(say, **how):
            asked.update(how)
            say(ConnectionRefusedError(), 1.0)
            return connection

        connection = SimpleNamespace(ensure_connection=ensure_connection)

        assert Loop().ensure_connected(connection) is connection
        assert asked["interval_max"] == 2
        assert "trying again in 1.0 s" in caplog.text


class TestSteps:
    def test_replace_the_delay_step_of_celery(self):
        assert {type(step).__name__ for step in _steps()} >= {"Delays", "Alive"}
        assert not [step for step in _steps() if type(step).__module__.endswith("delayed_delivery")]

    def test_declare_nothing_on_other_brokers(self):
        parent = SimpleNamespace(app=Celery(broker="memory://"))

        assert not Delays(parent).include_if(parent)

    def test_touch_the_liveness_file(self, settings, tmp_path):
        settings.RUN_DIR = tmp_path
        timer = FakeTimer()
        parent = SimpleNamespace(app=SimpleNamespace(main="shelf"), timer=timer)
        step = Alive(parent)

        step.start(parent)
        step.stop(parent)

        assert Liveness("worker").trouble() == ""
        assert timer.cancelled == timer.entries


class FakeTimer:
    def __init__(self):
        self.entries, self.cancelled = [], []

    def call_repeatedly(self, seconds, _function):
        self.entries.append(seconds)
        return seconds

    def cancel(self, entry):
        self.cancelled.append(entry)


def _steps():
    from celery.utils.imports import symbol_by_name

    return [
        symbol_by_name(name)(SimpleNamespace()) for name in Consumer.Blueprint.default_steps if "servicekit" in name
    ]
