"""Fakes, and a clock that starts at Monday noon and moves only when told."""

from decimal import Decimal

import pytest

from order_service.services import OrderService, PaymentService
from order_service.tests.factories import ALICE, BOB, MONDAY_NOON, ProductFactory
from order_service.tests.fakes import FakeGateway, FakeUserDirectory
from servicekit.testing import FakeClock


@pytest.fixture
def clock():
    return FakeClock(MONDAY_NOON)


@pytest.fixture
def users():
    return FakeUserDirectory(active=[ALICE, BOB])


@pytest.fixture
def gateway():
    return FakeGateway()


@pytest.fixture
def orders(users, clock):
    return OrderService(users=users, now=clock)


@pytest.fixture
def payments(gateway, clock):
    return PaymentService(gateway=gateway, now=clock)


@pytest.fixture
def lamp(db):
    return ProductFactory(name="Lamp", price=Decimal("20.00"), stock_quantity=10)


@pytest.fixture
def chair(db):
    return ProductFactory(name="Chair", price=Decimal("99.90"), stock_quantity=3)
