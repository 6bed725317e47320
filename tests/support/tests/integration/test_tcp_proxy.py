"""A proxy simulates faults of a server for one test."""

import socket
import time

import pytest
import redis

from servicekit.testing import eventually


@pytest.fixture
def proxy(proxy_to, servers):
    return proxy_to(servers.redis)


@pytest.fixture
def client(proxy):
    with redis.Redis.from_url(proxy.url, socket_timeout=0.3, retry=None) as client:
        yield client


def seconds_of(call):
    began = time.monotonic()
    call()
    return time.monotonic() - began


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

    def test_delay_is_added_to_each_direction_until_it_ends(self, proxy, client):
        client.ping()
        proxy.bytes.delay(0.1)
        assert 0.2 <= seconds_of(client.ping) < 0.3

        proxy.bytes.delay(0)
        assert seconds_of(client.ping) < 0.1

    def test_delayed_bytes_keep_their_order(self, proxy, client):
        proxy.bytes.delay(0.01, share=0.5)

        assert client.echo("0123456789" * 20_000) == b"0123456789" * 20_000
        assert proxy.bytes.delayed > 0

    def test_delay_of_a_share_leaves_the_rest_alone(self, proxy, client):
        proxy.bytes.delay(0.05, share=0.2)

        assert all(client.ping() for _ in range(50))
        assert 5 <= proxy.bytes.delayed <= 40

    def test_reset_breaks_connections_and_new_ones_are_taken(self, proxy, client):
        client.ping()
        proxy.bytes.reset(share=1)
        with pytest.raises(redis.ConnectionError):
            client.ping()

        proxy.bytes.reset(share=0)
        assert client.ping()
        assert proxy.bytes.resets > 0

    def test_breaking_connections_closes_them_and_takes_new_ones(self, proxy, client):
        with socket.create_connection(("127.0.0.1", proxy.port), timeout=2) as connection:
            eventually(lambda: proxy.connections == 1)
            proxy.break_connections()
            assert connection.recv(1) == b""

        assert client.ping()
