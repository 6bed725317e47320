from tests.support.addresses import EXAMPLES, Servers, without_password


class TestServers:
    def test_travel_by_the_environment(self):
        there = Servers(**EXAMPLES)

        assert Servers.from_environment(there.to_environment()) == there

    def test_are_none_when_one_is_missing(self):
        environment = Servers(**EXAMPLES).to_environment()
        del environment["TEST_REDIS_URL"]

        assert Servers.from_environment(environment) is None


class TestWithoutPassword:
    def test_shows_who_and_where_only(self):
        assert without_password("amqp://shop:secret@127.0.0.1:5672/") == "amqp://shop:***@127.0.0.1:5672/"
        assert without_password("redis://:secret@127.0.0.1:6379/0") == "redis://:***@127.0.0.1:6379/0"
        assert without_password("smtp://127.0.0.1:1025") == "smtp://127.0.0.1:1025"
