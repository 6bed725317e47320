"""Faults of the servers under the shop."""

from tests.chaos.faults.looking import answers
from tests.chaos.shop import ChaosShop


class Stopped:
    """
    A server dies, and is started again on the data that it had.

    :param server: postgres, rabbitmq or redis.
    """

    def __init__(self, shop: ChaosShop, *, server: str):
        self._shop = shop
        self._name = server
        self._server = shop.servers.started[server]
        self._stopped = False

    def begin(self) -> None:
        self._stopped = True
        self._server.stop()

    def is_active(self) -> bool:
        return not answers(self._shop, self._name)

    def end(self) -> None:
        if self._stopped:
            self._server.restart()
            self._stopped = False

    def is_over(self) -> bool:
        return answers(self._shop, self._name)
