import pytest
import redis

from servicekit.storage import cache as module
from servicekit.storage.cache import ForgivingRedisCache


class FakeRedis:
    """As much of Redis as Django's cache uses, and a switch."""

    def __init__(self):
        self.values = {}
        self.lifetimes = {}
        self.away = False
        self.asked = 0

    def __getattr__(self, name):
        def command(*arguments, **options):
            self.asked += 1
            if self.away:
                raise redis.ConnectionError("away")
            return getattr(self, f"do_{name}")(*arguments, **options)

        return command

    def do_get(self, key):
        return self.values.get(key)

    def do_set(self, key, value, ex=None, nx=False):
        if nx and key in self.values:
            return None
        self.values[key] = value
        return True

    def do_delete(self, *keys):
        return sum(self.values.pop(key, None) is not None for key in keys)

    def do_mget(self, keys):
        return [self.values.get(key) for key in keys]

    def do_exists(self, key):
        return key in self.values

    def do_expire(self, key, timeout):
        self.lifetimes[key] = timeout
        return key in self.values

    def do_ttl(self, key):
        return self.lifetimes.get(key, -1)

    def do_incr(self, key, delta=1):
        self.values[key] = self.values.get(key, 0) + delta
        return self.values[key]

    def do_flushdb(self):
        self.values.clear()
        return True

    def do_ping(self):
        return True

    def pipeline(self):
        return self

    def do_mset(self, data):
        self.values.update(data)

    def do_execute(self):
        return []


@pytest.fixture
def server():
    return FakeRedis()


@pytest.fixture
def moment(monkeypatch):
    """The cache's clock, as a list with one number."""
    now = [100.0]
    monkeypatch.setattr(module.time, "monotonic", lambda: now[0])
    return now


@pytest.fixture
def cache(server, moment):
    cache = ForgivingRedisCache("redis://cache.invalid", {})
    cache._cache.get_client = lambda *_, **__: server
    return cache


class TestWithRedis:
    def test_remembers_and_forgets(self, cache):
        cache.set("a", {"id": 7})
        assert cache.get("a") == {"id": 7}
        assert cache.delete("a")
        assert cache.get("a", "gone") == "gone"

    def test_knows_the_other_ways_of_asking(self, cache):
        assert cache.add("a", 1)
        assert not cache.add("a", 2)
        assert cache.incr("a") == 2
        assert cache.has_key("a")
        assert cache.touch("a", 5)
        cache.set_many({"b": 3, "c": 4})
        assert cache.get_many(["a", "b", "x"]) == {"a": 2, "b": 3}
        cache.delete_many(["a", "b"])
        assert cache.clear()
        assert cache.get("c") is None

    def test_counts_up_and_says_when_that_ends(self, cache):
        waits = [cache.count_up("a", seconds=60, most=2) for _ in range(4)]

        assert waits == [None, None, 60, 60]

    def test_counts_in_one_round_trip(self, cache, server):
        cache.count_up("a", seconds=60, most=2)
        server.asked = 0

        cache.count_up("a", seconds=60, most=2)

        assert server.asked == 1

    def test_ends_a_count_whose_first_caller_died(self, cache, server):
        """Between counting and saying when it ends; nobody must be kept out for ever."""
        cache.count_up("a", seconds=60, most=1)
        server.lifetimes.clear()

        assert [cache.count_up("a", seconds=60, most=1) for _ in range(2)] == [60, 60]
        assert server.lifetimes == {":1:a": 60}

    def test_makes_one_client(self):
        client = ForgivingRedisCache("redis://cache.invalid", {})._cache

        assert client.get_client("a", write=True) is client.get_client("b")

    def test_answers_the_health_page(self, cache, server):
        cache.ping()
        server.away = True

        with pytest.raises(redis.ConnectionError):
            cache.ping()


class TestWithoutRedis:
    @pytest.fixture(autouse=True)
    def away(self, server):
        server.away = True

    def test_everything_is_a_miss_and_nothing_an_error(self, cache):
        cache.set("a", 1)
        assert cache.count_up("a", seconds=60, most=0) is None
        cache.set_many({"a": 1})
        cache.delete_many(["a"])

        assert cache.get("a", "default") == "default"
        assert cache.get_many(["a"]) == {}
        assert not any([cache.has_key("a"), cache.add("a", 1), cache.touch("a"), cache.delete("a"), cache.clear()])
        assert cache.incr("a", 3) == 3

    def test_is_left_alone_for_a_second(self, cache, server, moment):
        for _ in range(10):
            cache.get("a")
        assert server.asked == 1

        moment[0] += module.PAUSE
        cache.get("a")
        assert server.asked == 2

    def test_to_forget_is_tried_even_then(self, cache, server):
        """Redis may be back already, and what it has may be wrong by now."""
        cache.get("a")
        server.away, server.values = False, {cache.make_key("a"): 1}

        cache.delete("a")

        assert server.values == {}

    def test_it_may_come_back(self, cache, server, moment):
        cache.get("a")
        server.away = False
        moment[0] += module.PAUSE

        cache.set("a", 1)
        assert cache.get("a") == 1
