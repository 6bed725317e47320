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
    def test_takes_what_the_shop_can_stand_on(self, program, version):
        assert new_enough(program, version) == version

    @pytest.mark.parametrize(
        ("program", "version", "oldest"),
        [("PostgreSQL", "13.22", "14"), ("Redis", "6.0.16", "6.2"), ("RabbitMQ", "3.9.27", "3.10")],
    )
    def test_refuses_older_ones(self, program, version, oldest):
        with pytest.raises(Unusable, match=f"{program} {version} is too old: the shop needs {oldest} or newer"):
            new_enough(program, version)
