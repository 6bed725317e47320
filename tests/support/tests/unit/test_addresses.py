from tests.support.addresses import EXAMPLES, Servers, without_password


class TestServers:
    def test_addresses_are_read_from_the_environment_as_they_were_written(self):
        there = Servers(**EXAMPLES)

        assert Servers.from_environment(there.to_environment()) == there

    def test_with_a_missing_address_there_are_none(self):
        environment = Servers(**EXAMPLES).to_environment()
        del environment["TEST_REDIS_URL"]

        assert Servers.from_environment(environment) is None


class TestWithoutPassword:
    def test_the_password_is_hidden(self):
        assert without_password("amqp://shop:secret@127.0.0.1:5672/") == "amqp://shop:***@127.0.0.1:5672/"
        assert without_password("redis://:secret@127.0.0.1:6379/0") == "redis://:***@127.0.0.1:6379/0"
        assert without_password("smtp://127.0.0.1:1025") == "smtp://127.0.0.1:1025"
