"""Faults of the network between the shop's processes and what they call."""

from abc import ABC, abstractmethod
from contextlib import ExitStack

from tests.chaos.faults.looking import seconds_to_answer
from tests.chaos.shop import ChaosShop
from tests.support.fake_server import FakeServer, Request


class NetworkFault(ABC):
    """:param target: postgres, redis, rabbitmq, mail or user_service (as its neighbours reach it)."""

    def __init__(self, shop: ChaosShop, *, target: str):
        self._shop = shop
        self._target = target
        self._proxy = shop.user_service if target == "user_service" else shop.servers.proxies[target]
        self._active = False

    def begin(self) -> None:
        self._active = True
        self._disturb()

    def end(self) -> None:
        if self._active:
            self._active = False
            self._restore()

    @abstractmethod
    def _disturb(self) -> None: ...

    @abstractmethod
    def _restore(self) -> None: ...

    def is_active(self) -> bool:
        """Through the proxy, the target does not answer."""
        return self._seconds_to_answer() is None

    def is_over(self) -> bool:
        return self._seconds_to_answer() is not None

    def _seconds_to_answer(self) -> float | None:
        return seconds_to_answer(self._shop, self._target)


class Slow(NetworkFault):
    """:param added: seconds on every round trip, half of them on each way."""

    def __init__(self, shop: ChaosShop, *, target: str, added: float):
        super().__init__(shop, target=target)
        self._added = added

    def _disturb(self) -> None:
        self._proxy.bytes.delay(self._added / 2)

    def _restore(self) -> None:
        self._proxy.bytes.delay(0)

    def is_active(self) -> bool:
        return (self._seconds_to_answer() or 0) >= self._added

    def is_over(self) -> bool:
        seconds = self._seconds_to_answer()
        return seconds is not None and seconds < self._added


class PartlyDelayed(Slow):
    """
    :param share: of the pieces of data that are held back, 0 to 1.
    :param added: seconds for which each of them is.
    """

    def __init__(self, shop: ChaosShop, *, target: str, share: float, added: float):
        super().__init__(shop, target=target, added=added)
        self._share = share

    def _disturb(self) -> None:
        self._before = self._proxy.bytes.delayed
        self._proxy.bytes.delay(self._added, share=self._share)

    def is_active(self) -> bool:
        """Some have been held back."""
        return self._proxy.bytes.delayed > self._before


class Reset(NetworkFault):
    """:param share: of the pieces of data that are answered with a reset of their connection, 0 to 1."""

    def __init__(self, shop: ChaosShop, *, target: str, share: float):
        super().__init__(shop, target=target)
        self._share = share

    def _disturb(self) -> None:
        self._before = self._proxy.bytes.resets
        self._proxy.bytes.reset(share=self._share)

    def _restore(self) -> None:
        self._proxy.bytes.reset(share=0)

    def is_active(self) -> bool:
        """Some have been reset."""
        return self._proxy.bytes.resets > self._before


class Hanging(NetworkFault):
    """The target takes connections and never answers."""

    def _disturb(self) -> None:
        self._proxy.hang()

    def _restore(self) -> None:
        self._proxy.resume()


class Away(NetworkFault):
    """The target takes no connections."""

    def _disturb(self) -> None:
        self._proxy.cut()

    def _restore(self) -> None:
        self._proxy.restore()


class Failing(NetworkFault):
    """The target, an HTTP server, answers 500 to everything."""

    def __init__(self, shop: ChaosShop, *, target: str):
        super().__init__(shop, target=target)
        self._real = shop.direct_url(target)
        self._stack = ExitStack()

    def _disturb(self) -> None:
        self._proxy.forward_to(self._stack.enter_context(_Broken()).url)
        self._proxy.break_connections()

    def _restore(self) -> None:
        self._proxy.forward_to(self._real)
        self._proxy.break_connections()
        self._stack.close()


class _Broken(FakeServer):
    def answer(self, request: Request) -> tuple[int, object]:
        return 500, {}
