import pytest

from servicekit.messages.publishing import ConfirmedPublisher
from servicekit.messages.wire import WireMessage
from servicekit.tests.unit.brokers import FakeChannel, FakeConnection


def wire(name: str, *, exchange: str = "events") -> WireMessage:
    return WireMessage(exchange, name, {"id": name}, {"content_type": "application/json"}, "[]")


A, B, C = wire("a"), wire("b"), wire("c")


def publisher(*answers) -> ConfirmedPublisher:
    channel = FakeChannel()
    return ConfirmedPublisher(FakeConnection(channel, *answers), channel)


class Returned:
    def __init__(self, message_id):
        self.headers = {"id": message_id}


class TestConfirmedPublisher:
    def test_sends_the_whole_batch_before_it_waits(self):
        sending = publisher(("basic_ack", 3, True))

        assert sending.publish([A, B, C]) == {0, 1, 2}
        assert sending.channel.confirms
        assert [routing["routing_key"] for _, routing in sending.channel.published] == ["a", "b", "c"]

    def test_accepts_confirms_in_any_order(self):
        sending = publisher(("basic_ack", 3, False), ("basic_ack", 2, True))

        assert sending.publish([A, B, C]) == {0, 1, 2}

    def test_continues_the_numbers_in_the_next_batch(self):
        sending = publisher(("basic_ack", 2, True), ("basic_ack", 3, False))

        assert sending.publish([A, B]) == {0, 1}
        assert sending.publish([C]) == {0}

    def test_does_not_count_refused_messages(self):
        sending = publisher(("basic_ack", 1, False), ("basic_nack", 2, False), ("basic_ack", 3, False))

        assert sending.publish([A, B, C]) == {0, 2}

    def test_does_not_count_a_command_that_no_queue_took(self):
        """The broker returns it, and then confirms it."""
        lost = wire("shelf.work", exchange="")
        sending = publisher(
            ("basic_return", Exception(), "", "shelf.work", Returned("shelf.work")), ("basic_ack", 2, True)
        )

        assert sending.publish([A, lost]) == {0}

    def test_only_commands_are_mandatory(self):
        sending = publisher(("basic_ack", 2, True))

        sending.publish([A, wire("shelf.work", exchange="")])

        assert [routing["mandatory"] for _, routing in sending.channel.published] == [False, True]

    def test_gives_up_without_an_answer(self):
        with pytest.raises(TimeoutError, match="nothing within 10 s"):
            publisher().publish([A])
