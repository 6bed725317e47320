import socket

import pytest

from servicekit.process.read_deadlines import ReadDeadlines


@pytest.fixture
def pair():
    server, client = socket.socketpair()
    yield server, client
    server.close()
    client.close()


class TestReadDeadlines:
    def test_reading_ends_after_the_deadline_and_writing_does_not(self, pair):
        server, client = pair

        ReadDeadlines().set(server, seconds=0.05)

        assert server.recv(10) == b""
        server.sendall(b"answer")
        assert client.recv(10) == b"answer"

    def test_a_deadline_that_was_cleared_ends_nothing(self, pair):
        server, client = pair
        deadlines, other = ReadDeadlines(), socket.socketpair()
        deadlines.set(server, seconds=0.05)
        deadlines.clear(server)
        deadlines.set(other[0], seconds=0.05)

        assert other[0].recv(10) == b""
        client.sendall(b"request")
        assert server.recv(10) == b"request"
        for end in other:
            end.close()
