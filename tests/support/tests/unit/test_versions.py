import pytest

from tests.support.errors import Unusable
from tests.support.probes import new_enough


class TestNewEnough:
    @pytest.mark.parametrize(
        ("program", "version"),
        [
            ("PostgreSQL", "14.0"),
            ("PostgreSQL", "17.6"),
            ("Redis", "6.2.14"),
            ("RabbitMQ", "3.10.8"),
            ("RabbitMQ", "4.0"),
        ],
    )
    def test_the_oldest_version_and_newer_ones_are_accepted(self, program, version):
        assert new_enough(program, version) == version

    @pytest.mark.parametrize(
        ("program", "version", "oldest"),
        [("PostgreSQL", "13.22", "14"), ("Redis", "6.0.16", "6.2"), ("RabbitMQ", "3.9.27", "3.10")],
    )
    def test_an_older_version_is_an_error(self, program, version, oldest):
        with pytest.raises(Unusable, match=f"{program} {version} is too old: the shop needs {oldest} or newer"):
            new_enough(program, version)
