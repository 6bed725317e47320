from datetime import datetime

import pytest
from kombu import Connection

from servicekit.messages import dead_letters
from servicekit.messages.dead_letters import DeadLetter, NoDeadLetters
from servicekit.messages.messaging import make_app
from servicekit.tests.shelf.celery_app import app as on_memory


class Dead:
    """A message as `basic_get` gives it."""

    def __init__(self, tag, *, body="[[], {}, {}]", deaths=(), headers=None, **properties):
        self.delivery_tag = tag
        self.body = body
        self.headers = ({"id": f"id-{tag}", "task": "book.written"} if headers is None else headers) | (
            {"x-death": list(deaths), "x-delivery-count": 3} if deaths else {}
        )
        self.properties = {"delivery_mode": 2} | properties


def death(queue="library.events", reason="rejected", key="book.written"):
    # RabbitMQ's times arrive without a zone, and are UTC.
    at = datetime(2026, 11, 20, 12, 0)  # noqa: DTZ001
    return {"queue": queue, "reason": reason, "routing-keys": [key], "time": at, "exchange": "events", "count": 1}


class DeadQueue:
    """A channel to a broker with dead letters in it."""

    def __init__(self, *messages, taken_by_others=0, back_after=0):
        self.messages = list(messages)
        self.counts = [len(messages) + taken_by_others] + [0] * back_after
        self.published, self.acknowledged = [], []

    def queue_declare(self, _name, passive):
        assert passive
        count = self.counts[0] if len(self.messages) or len(self.counts) == 1 else self.counts.pop()
        return "", count, 0

    def basic_get(self, _name):
        return self.messages.pop(0) if self.messages else None

    def basic_publish(self, message, **routing):
        self.published.append((message, routing))

    def basic_ack(self, tag):
        self.acknowledged.append(tag)

    def close(self):
        pass


@pytest.fixture
def app():
    return make_app("library", hears=["book.written"])


@pytest.fixture
def broker(monkeypatch):
    def hold(channel):
        monkeypatch.setattr(Connection, "transport", type("Amqp", (), {"driver_type": "amqp"}))
        monkeypatch.setattr(Connection, "channel", lambda _self: channel)
        monkeypatch.setattr(Connection, "release", lambda _self: None)
        monkeypatch.setattr(dead_letters, "declare", lambda *_: None)
        return channel

    return hold


class TestWaiting:
    def test_tells_what_died_where_and_why(self, app, broker):
        broker(DeadQueue(Dead(1, deaths=[death()])))

        assert dead_letters.waiting(app) == [
            DeadLetter(
                id="id-1",
                task="book.written",
                time="2026-11-20T12:00:00Z",
                reason="rejected",
                queue="library.events",
                routing_key="book.written",
                bytes=12,
            )
        ]

    def test_does_not_take_a_wait_for_another_try_for_a_death(self, app, broker):
        waited = death(queue="celery_delayed_1", reason="expired", key="0.1.library.work")
        broker(DeadQueue(Dead(1, deaths=[waited, death(queue="library.work", key="library.work")])))

        [letter] = dead_letters.waiting(app)

        assert (letter.queue, letter.reason) == ("library.work", "rejected")

    def test_names_a_message_without_headers(self, app, broker):
        broker(DeadQueue(Dead(1, headers={}), Dead(2, headers={}, message_id="m-2")))

        assert [(letter.id, letter.task, letter.reason) for letter in dead_letters.waiting(app)] == [
            ("#1", "?", "?"),
            ("m-2", "?", "?"),
        ]

    def test_ends_when_they_are_back_in_their_queue(self, app, broker):
        """Who looks and at once replays must find them."""
        queue = broker(DeadQueue(Dead(1, deaths=[death()]), back_after=2))

        dead_letters.waiting(app)

        assert queue.counts == [1]

    def test_does_not_wait_for_ever_for_what_somebody_else_took(self, app, broker, monkeypatch):
        monkeypatch.setattr(dead_letters, "BACK_WITHIN_SECONDS", 0)
        broker(DeadQueue(Dead(1, deaths=[death()]), back_after=99))

        assert len(dead_letters.waiting(app)) == 1

    def test_does_not_mind_somebody_else_replaying(self, app, broker):
        broker(DeadQueue(Dead(1, deaths=[death()]), taken_by_others=1))

        assert len(dead_letters.waiting(app)) == 1

    def test_says_that_only_rabbitmq_keeps_them(self):
        with pytest.raises(NoDeadLetters, match=r"memory.* keeps no dead letters"):
            dead_letters.waiting(on_memory)


class TestReplay:
    def test_hands_all_in_where_they_died(self, app, broker):
        queue = broker(DeadQueue(Dead(1, deaths=[death()]), Dead(2, deaths=[death(queue="library.work")])))

        replayed = dead_letters.replay(app)

        assert [letter.id for letter in replayed] == ["id-1", "id-2"]
        assert [routing for _, routing in queue.published] == [
            {"exchange": "", "routing_key": "library.events", "mandatory": True},
            {"exchange": "", "routing_key": "library.work", "mandatory": True},
        ]
        assert queue.acknowledged == [1, 2]

    def test_keeps_the_id_and_forgets_the_tries(self, app, broker):
        tried = {"id": "id-1", "task": "library.dust", "retries": 5, "eta": "2026-11-20T12:00:00Z"}
        queue = broker(DeadQueue(Dead(1, headers=tried, deaths=[death()], expiration="60000")))

        dead_letters.replay(app)

        [(message, _)] = queue.published
        assert message.properties == {
            "delivery_mode": 2,
            "application_headers": {
                "id": "id-1",
                "task": "library.dust",
                "retries": 0,
                "eta": None,
                "routed_as": "book.written",
            },
        }

    def test_leaves_those_that_were_not_named(self, app, broker):
        queue = broker(DeadQueue(Dead(1, deaths=[death()]), Dead(2, deaths=[death()])))

        replayed = dead_letters.replay(app, ["id-2"])

        assert [letter.id for letter in replayed] == ["id-2"]
        assert queue.acknowledged == [2]

    def test_remembers_how_it_was_routed_at_first(self, app, broker):
        again = {"id": "id-1", "task": "book.written", "routed_as": "book.written"}
        broker(DeadQueue(Dead(1, headers=again, deaths=[death(key="library.events")])))

        [letter] = dead_letters.waiting(app)

        assert letter.routing_key == "book.written"
