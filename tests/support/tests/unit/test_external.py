import pytest

from tests.support import external
from tests.support.addresses import EXAMPLES, Servers
from tests.support.errors import ServersUnavailable

ALL = Servers(**EXAMPLES).to_environment()


class TestServersOfTheEnvironment:
    def test_are_those_with_every_address(self):
        only_redis = {"TEST_REDIS_URL": ALL["TEST_REDIS_URL"]}

        assert external.named(only_redis) == ["redis"]
        assert external.named(ALL) == ["postgres", "redis", "rabbitmq", "mail"]

    def test_half_an_address_is_an_error_and_not_a_guess(self):
        with pytest.raises(ServersUnavailable, match="TEST_RABBITMQ_API_URL is missing"):
            external.named({"TEST_RABBITMQ_URL": ALL["TEST_RABBITMQ_URL"]})

    def test_are_all_required_when_asked_for(self):
        """Each missing one is named, with an example to copy."""
        with pytest.raises(ServersUnavailable) as trouble:
            external.require_all({"TEST_REDIS_URL": ALL["TEST_REDIS_URL"]})

        assert "TEST_REDIS_URL" not in str(trouble.value)
        assert "TEST_POSTGRES_URL=postgresql://user:password@127.0.0.1:5432/postgres" in str(trouble.value)
