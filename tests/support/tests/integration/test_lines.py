"""A server goes away and comes back, for one test alone."""

import socket

import pytest
import redis


@pytest.fixture
def line(line_to, servers):
    return line_to(servers.redis)


@pytest.fixture
def client(line):
    with redis.Redis.from_url(line.url, socket_timeout=0.3, retry=None) as client:
        yield client


class TestLine:
    def test_carries_both_ways(self, client):
        assert client.echo("x" * 200_000) == b"x" * 200_000

    def test_cut_breaks_connections_and_refuses_new_ones(self, line, client):
        client.ping()
        line.cut()

        with pytest.raises(redis.ConnectionError):
            client.ping()
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", line.port))

    def test_mended_works_again_on_the_same_port(self, line, client):
        line.cut()
        line.mend()

        assert client.ping()

    def test_hanging_keeps_connections_and_carries_nothing(self, line, client):
        client.ping()
        line.hang()
        with pytest.raises(redis.TimeoutError):
            client.ping()

        line.flow()
        assert client.ping()
