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

    def test_takes_confirms_in_any_order(self):
        sending = publisher(("basic_ack", 3, False), ("basic_ack", 2, True))

        assert sending.publish([A, B, C]) == {0, 1, 2}

    def test_counts_on_from_batch_to_batch(self):
        sending = publisher(("basic_ack", 2, True), ("basic_ack", 3, False))

        assert sending.publish([A, B]) == {0, 1}
        assert sending.publish([C]) == {0}

    def test_does_not_count_what_the_broker_refused(self):
        sending = publisher(("basic_ack", 1, False), ("basic_nack", 2, False), ("basic_ack", 3, False))

        assert sending.publish([A, B, C]) == {0, 2}

    def test_does_not_count_a_command_that_no_queue_took(self):
        """The broker returns it, and then confirms it all the same."""
        lost = wire("shelf.work", exchange="")
        sending = publisher(
            ("basic_return", Exception(), "", "shelf.work", Returned("shelf.work")), ("basic_ack", 2, True)
        )

        assert sending.publish([A, lost]) == {0}

    def test_asks_for_the_return_of_commands_only(self):
        sending = publisher(("basic_ack", 2, True))

        sending.publish([A, wire("shelf.work", exchange="")])

        assert [routing["mandatory"] for _, routing in sending.channel.published] == [False, True]

    def test_does_not_wait_for_ever(self):
        with pytest.raises(TimeoutError, match="nothing within 10 s"):
            publisher().publish([A])
