"""A proxy simulates faults of a server for one test."""

import socket

import pytest
import redis


@pytest.fixture
def proxy(proxy_to, servers):
    return proxy_to(servers.redis)


@pytest.fixture
def client(proxy):
    with redis.Redis.from_url(proxy.url, socket_timeout=0.3, retry=None) as client:
        yield client


class TestTcpProxy:
    def test_bytes_are_forwarded_both_ways(self, client):
        assert client.echo("x" * 200_000) == b"x" * 200_000

    def test_a_cut_breaks_connections_and_refuses_new_ones(self, proxy, client):
        client.ping()
        proxy.cut()

        with pytest.raises(redis.ConnectionError):
            client.ping()
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", proxy.port))

    def test_a_restored_proxy_forwards_on_the_same_port(self, proxy, client):
        proxy.cut()
        proxy.restore()

        assert client.ping()

    def test_a_hanging_proxy_keeps_connections_and_forwards_nothing(self, proxy, client):
        client.ping()
        proxy.hang()
        with pytest.raises(redis.TimeoutError):
            client.ping()

        proxy.resume()
        assert client.ping()
