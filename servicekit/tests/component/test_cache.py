"""The Redis cache while Redis does not answer."""

import pytest
from redis.exceptions import RedisError

from servicekit.storage.cache import FaultTolerantRedisCache
from servicekit.testing import eventually
from servicekit.testing.sockets import hangs, server_that

OPTIONS = {"socket_timeout": 0.05, "socket_connect_timeout": 0.05}


@pytest.fixture
def connections():
    """A server that accepts connections and never answers; gives its URL and the connections that it accepted."""
    accepted = []

    def hang(connection, over):
        accepted.append(connection)
        hangs(connection, over)

    with server_that(hang) as address:
        yield address.replace("http", "redis"), accepted


@pytest.fixture
def cache(connections):
    url, _ = connections
    return FaultTolerantRedisCache(url, {"OPTIONS": OPTIONS})


class TestWithoutAnAnswer:
    def test_every_call_is_a_miss(self, cache):
        assert cache.set("key", 1) is None
        assert cache.get("key") is None
        assert cache.get("key", "default") == "default"
        assert cache.add("key", 1) is False
        assert cache.delete("key") is False
        assert cache.count("key", seconds=60) is None

    def test_only_the_first_call_and_a_delete_wait_for_the_timeout(self, cache, connections):
        for _ in range(10):
            cache.get("key")
        cache.delete("key")

        eventually(lambda: len(connections[1]) >= 2)
        assert len(connections[1]) == 2

    def test_ping_raises(self, cache):
        with pytest.raises(RedisError):
            cache.ping()
