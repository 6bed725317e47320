"""
order_service on PostgreSQL, Redis and RabbitMQ, in its own processes; user_service and the gateway are faked.

Fixtures import what needs models, because this file is read before there is a database.
"""

import itertools
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from django.db import connections

from order_service.tests.integration.gateway import FakeGateway
from tests.support.fake_user_service import FakeUserService
from tests.support.isolation import VirtualHost
from tests.support.service_processes import ServiceProcesses

if TYPE_CHECKING:
    from order_service.models import Product
    from order_service.tests.integration.people import Buyer
    from tests.support.exchange import Exchange

NUMBERS = itertools.count(1000)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Processes start and stop in these tests: ten seconds are not enough on a busy machine."""
    for item in items:
        if item.get_closest_marker("timeout") is None:
            item.add_marker(pytest.mark.timeout(90))


@pytest.fixture(autouse=True)
def database(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[None]:
    """Rows are committed, so that the processes see them, and stay: each test has its own users and products."""
    with django_db_blocker.unblock():
        yield
        connections.close_all()


@pytest.fixture(scope="session")
def user_service() -> Iterator[FakeUserService]:
    with FakeUserService(client="order_service") as server:
        yield server


@pytest.fixture(scope="session")
def gateway() -> Iterator[FakeGateway]:
    with FakeGateway() as server:
        yield server


@pytest.fixture(scope="session")
def environment(user_service: FakeUserService, gateway: FakeGateway) -> dict[str, str]:
    """The environment of the service's processes, besides the addresses of their servers."""
    return {
        "USER_SERVICE_URL": user_service.url,
        "PAYMENT_GATEWAY_URL": gateway.url,
        # Two processes, so that no test passes because of locks in the memory of one.
        "WEB_WORKERS": "2",
        "WEB_THREADS": "16",
    }


@pytest.fixture(scope="session")
def all_processes(tmp_path_factory: pytest.TempPathFactory, environment: dict[str, str]) -> Iterator[ServiceProcesses]:
    """The processes, which all tests share, because starting one takes seconds."""
    with ServiceProcesses("order_service", tmp_path_factory.mktemp("run"), environment=environment) as all_processes:
        yield all_processes


@pytest.fixture
def processes(all_processes: ServiceProcesses, request: pytest.FixtureRequest) -> Iterator[ServiceProcesses]:
    """Web, worker and relay, running."""
    with all_processes.at_work(request.node):
        yield all_processes


@pytest.fixture
def exchange(processes: ServiceProcesses, broker: VirtualHost) -> "Exchange":
    """The exchange between the services, with empty queues."""
    from order_service.celery_app import app
    from tests.support.exchange import Exchange

    return Exchange(app)


@pytest.fixture
def new_buyer(processes: ServiceProcesses, user_service: FakeUserService) -> "Callable[[], Buyer]":
    """`new_buyer()`: a customer whom user_service knows, and whom no other test uses."""
    from order_service.tests.integration.people import Buyer

    return lambda: Buyer(processes, user_service, next(NUMBERS))


@pytest.fixture
def alice(new_buyer: "Callable[[], Buyer]") -> "Buyer":
    return new_buyer()


@pytest.fixture
def bob(new_buyer: "Callable[[], Buyer]") -> "Buyer":
    return new_buyer()


@pytest.fixture
def product() -> "Callable[[int], Product]":
    """`product(10)`: a product with that stock, and a price that no other product has."""
    from order_service.tests.factories import ProductFactory

    return lambda pieces: ProductFactory(stock_quantity=pieces, price=Decimal(next(NUMBERS)))


@pytest.fixture
def lamp(product: "Callable[[int], Product]") -> "Product":
    return product(1000)
