from datetime import datetime

import pytest
from amqp import Message
from django.core.management import CommandError, call_command

from servicekit.messages.app import make_app
from servicekit.messages.dead_letters import DeadLetter, copy, read

LETTER = DeadLetter("id-1", "book.written", "2026-11-20T12:00:00Z", "rejected", "library.events", 12)


WITHOUT_HEADERS = Message("x")
WITHOUT_HEADERS.delivery_info = {"delivery_tag": 1}


def dead(*deaths, headers=None, **properties):
    """Make a message of the dead-letter queue."""
    headers = {"id": "id-1", "task": "book.written"} if headers is None else headers
    died = {"x-death": list(deaths), "x-delivery-count": 3} if deaths else {}
    message = Message("[[], {}, {}]", application_headers=headers | died, delivery_mode=2, **properties)
    message.delivery_info = {"delivery_tag": 1}
    return message


def death(queue="library.events", reason="rejected", key="book.written"):
    # RabbitMQ's times arrive without a zone, and are UTC.
    at = datetime(2026, 11, 20, 12, 0)  # noqa: DTZ001
    return {"queue": queue, "reason": reason, "routing-keys": [key], "time": at, "exchange": "events", "count": 1}


@pytest.fixture
def app():
    return make_app("library", hears=["book.written"])


class TestRead:
    def test_tells_where_when_and_why_a_message_died(self, app):
        assert read(app, dead(death())) == LETTER

    def test_ignores_the_delay_queue_of_a_retry(self, app):
        delay = death(queue="celery_delayed_1", reason="expired", key="0.1.library.work")

        letter = read(app, dead(delay, death(queue="library.work", key="library.work")))

        assert (letter.queue, letter.reason) == ("library.work", "rejected")

    @pytest.mark.parametrize(
        ("message", "name"),
        [(dead(headers={}), "#1"), (dead(headers={}, message_id="m-2"), "m-2"), (WITHOUT_HEADERS, "#1")],
        ids=["empty headers", "a message id", "no headers"],
    )
    def test_reads_a_message_without_headers(self, app, message, name):
        letter = read(app, message)

        assert (letter.id, letter.task, letter.reason, letter.queue) == (name, "?", "?", "library.work")


class TestCopy:
    def test_keeps_the_id_and_forgets_deaths_and_retries(self):
        tried = {"id": "id-1", "task": "library.dust", "retries": 5, "eta": "2026-11-20T12:00:00Z"}

        message = copy(dead(death(), headers=tried, expiration="60000"))

        assert message.body == "[[], {}, {}]"
        assert message.properties == {
            "delivery_mode": 2,
            "application_headers": {
                "id": "id-1",
                "task": "library.dust",
                "retries": 0,
                "eta": None,
            },
        }

    def test_accepts_a_message_without_headers(self):
        assert copy(WITHOUT_HEADERS).properties["application_headers"] == {"retries": 0, "eta": None}


class TestCommand:
    @pytest.mark.parametrize("action", ["list", "replay"])
    def test_says_that_only_rabbitmq_has_dead_letters(self, action):
        with pytest.raises(CommandError, match=r"memory.* has no dead letters") as refusal:
            call_command("dead_letters", action)

        assert refusal.value.returncode == 2

    def test_needs_an_action(self):
        with pytest.raises(CommandError, match="required: action"):
            call_command("dead_letters")
