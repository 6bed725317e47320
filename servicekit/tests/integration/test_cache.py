"""The cache on Redis, which is cut off and restored."""

import os
import pickle
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from redis import Redis

from servicekit.process import defaults
from servicekit.storage.cache import PAUSE, FaultTolerantRedisCache
from servicekit.testing import eventually


class Touch:
    """Makes a file when it is unpickled."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return Path.touch, (Path(self.path),)


def connect(url):
    return FaultTolerantRedisCache(url, defaults.cache(url, folder=Path(), prefix="kit"))


@pytest.fixture
def redis(proxy_to):
    return proxy_to(os.environ["CACHE_URL"])


@pytest.fixture
def cache(redis):
    cache = connect(redis.url)
    cache.clear()
    return cache


class TestCache:
    def test_stores_adds_and_deletes(self, cache):
        cache.set("key", {"id": 7})
        assert cache.get("key") == {"id": 7}
        assert not cache.add("key", 8)
        assert cache.delete("key")
        assert cache.get("key", "gone") == "gone"
        assert cache.add("key", 8)

    def test_a_pickle_in_redis_is_a_miss_and_is_not_loaded(self, cache, tmp_path):
        """Someone who can write to Redis must not be able to run code in the service."""
        file = tmp_path / "written-by-the-pickle"
        server = Redis.from_url(os.environ["CACHE_URL"])
        server.set(cache.make_key("key"), pickle.dumps(Touch(str(file))))

        assert cache.get("key", "miss") == "miss"
        assert not file.exists()

    def test_ping_raises_nothing(self, cache):
        cache.ping()

    def test_works_again_when_redis_is_back(self, cache, redis):
        cache.set("key", 1)
        redis.cut()
        assert cache.get("key") is None

        redis.restore()

        eventually(lambda: cache.get("key") == 1, within=PAUSE + 5)

    def test_deletes_as_soon_as_redis_is_back(self, cache, redis):
        """After a failure, other calls wait for a second; the old value must not be served meanwhile."""
        cache.set("key", 1)
        redis.cut()
        cache.get("key")
        redis.restore()

        cache.delete("key")

        assert connect(redis.url).get("key") is None


class TestCount:
    def test_counts_the_uses_of_a_key_until_the_time_is_over(self, cache):
        assert [cache.count("key", seconds=60) for _ in range(3)] == [(1, 60), (2, 60), (3, 60)]
        assert cache.count("another", seconds=60) == (1, 60)

    def test_starts_again_after_the_time(self, cache):
        cache.count("key", seconds=1)

        eventually(lambda: cache.get("key") is None)

        assert cache.count("key", seconds=1)[0] == 1

    def test_counts_uses_at_the_same_moment(self, cache, redis):
        def use(_):
            return connect(redis.url).count("key", seconds=60)[0]

        with ThreadPoolExecutor(8) as threads:
            assert sorted(threads.map(use, range(40))) == list(range(1, 41))
