import pytest

from scripts.shop.errors import CannotRun
from scripts.shop.ports import choose
from scripts.shop.project import Service

ORDERS = Service("order_service", 8001)
USERS = Service("user_service", 8000)


class TestChoose:
    @pytest.mark.parametrize("text", ["eighty", "0", "65536", "-1", "80.5", "²", "80 81"])
    def test_a_value_that_is_no_port_is_an_error(self, text: str):
        with pytest.raises(CannotRun, match=r"ORDER_SERVICE_PORT=.* is not a port"):
            choose([ORDERS], {"ORDER_SERVICE_PORT": text})

    def test_one_error_names_every_wrong_variable(self):
        with pytest.raises(CannotRun) as caught:
            choose([USERS, ORDERS], {"USER_SERVICE_PORT": "x", "ORDER_SERVICE_PORT": "y"})

        assert "USER_SERVICE_PORT" in str(caught.value)
        assert "ORDER_SERVICE_PORT" in str(caught.value)
