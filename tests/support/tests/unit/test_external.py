import pytest

from tests.support import external
from tests.support.addresses import EXAMPLES, Servers
from tests.support.errors import ServersUnavailable

ALL = Servers(**EXAMPLES).to_environment()


class TestServersOfTheEnvironment:
    def test_a_server_is_named_by_all_its_addresses(self):
        only_redis = {"TEST_REDIS_URL": ALL["TEST_REDIS_URL"]}

        assert external.named(only_redis) == ["redis"]
        assert external.named(ALL) == ["postgres", "redis", "rabbitmq", "mail"]

    def test_one_of_two_addresses_is_an_error(self):
        with pytest.raises(ServersUnavailable, match="TEST_RABBITMQ_API_URL is missing"):
            external.named({"TEST_RABBITMQ_URL": ALL["TEST_RABBITMQ_URL"]})

    def test_required_servers_that_are_missing_are_an_error_with_examples(self):
        with pytest.raises(ServersUnavailable) as caught:
            external.require_all({"TEST_REDIS_URL": ALL["TEST_REDIS_URL"]})

        assert "TEST_REDIS_URL" not in str(caught.value)
        assert "TEST_POSTGRES_URL=postgresql://user:password@127.0.0.1:5432/postgres" in str(caught.value)
