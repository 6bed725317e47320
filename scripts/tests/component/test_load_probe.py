"""The customer who pays during a load run and waits for the notification, with a fake shop."""

from collections.abc import Iterator
from typing import Any

import pytest

from scripts.shop.load import probe
from servicekit.testing import eventually
from tests.support.fake_server import FakeServer, Request

PRODUCT = {"id": 1, "price": "9.90"}


class Shop(FakeServer):
    """
    Takes orders and payments.

    :ivar tells: what its notifications are: "order.confirmed", another type, or "error" for a 503.
    """

    tells = "order.confirmed"
    paid = 0

    def answer(self, request: Request) -> tuple[int, Any]:
        match request.path:
            case ["api", "users"]:
                return 201, {"id": 7}
            case ["api", "auth", "login"]:
                return 200, {"access_token": "a.b.c"}
            case ["api", "orders"]:
                return 201, {"id": 40 + self.paid}
            case ["api", "payments"]:
                self.paid += 1
                return 200, {"status": "completed"}
            case _:
                message = f"Your order {39 + self.paid} is confirmed."
                return (
                    (503, {})
                    if self.tells == "error"
                    else (200, {"results": [{"type": self.tells, "message": message}]})
                )


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    monkeypatch.setattr(probe, "EVERY_SECONDS", 0.01)
    monkeypatch.setattr(probe, "GIVE_UP_SECONDS", 0.2)
    with Shop() as shop:
        yield shop


def first_told(shop: Shop) -> probe.Told:
    urls = dict.fromkeys(("user_service", "order_service", "notification_service"), shop.url)
    with probe.probing(urls, PRODUCT, mail_api="") as running:
        eventually(lambda: running.told, within=5)
    return running.told[0]


class TestProbe:
    def test_measures_until_the_notification_of_this_order(self, shop: Shop):
        seconds = first_told(shop).seconds

        assert seconds is not None
        assert seconds < 0.2

    def test_gives_up_where_only_other_notifications_come(self, shop: Shop):
        shop.tells = "order.placed"

        assert first_told(shop).seconds is None

    def test_counts_a_payment_whose_notifications_cannot_be_read(self, shop: Shop):
        """Otherwise the payments that show a fault would be left out."""
        shop.tells = "error"

        assert first_told(shop).seconds is None
