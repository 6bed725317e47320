"""
order_service on PostgreSQL, Redis and RabbitMQ, in its own processes; user_service and the bank are made up.

What needs models is imported by the fixtures: this file is read before there is a database.
"""

import itertools
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from django.db import connections

from order_service.tests.integration.gateway import FakeGateway
from tests.support.isolation import VirtualHost
from tests.support.neighbours import FakeUserService, listening
from tests.support.service_processes import ServiceProcesses

if TYPE_CHECKING:
    from order_service.models import Product
    from order_service.tests.integration.people import Buyer
    from tests.support.exchange import Exchange

NUMBERS = itertools.count(1000)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Processes start, fall and come back in these tests: ten seconds are not enough on a busy machine."""
    for item in items:
        if item.get_closest_marker("timeout") is None:
            item.add_marker(pytest.mark.timeout(90))


@pytest.fixture(autouse=True)
def database(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[None]:
    """Rows are committed, for the processes to see, and stay: tests have people and products of their own."""
    with django_db_blocker.unblock():
        yield
        connections.close_all()


@pytest.fixture(scope="session")
def user_service() -> Iterator[FakeUserService]:
    with listening(FakeUserService(client="order_service")) as server:
        yield server


@pytest.fixture(scope="session")
def gateway() -> Iterator[FakeGateway]:
    with listening(FakeGateway()) as server:
        yield server


@pytest.fixture(scope="session")
def environment(user_service: FakeUserService, gateway: FakeGateway) -> dict[str, str]:
    """What the service's processes are told beside the addresses of their servers."""
    return {
        "USER_SERVICE_URL": user_service.url,
        "PAYMENT_GATEWAY_URL": gateway.url,
        # Two processes, so that nothing in the memory of one keeps order.
        "WEB_WORKERS": "2",
        "WEB_THREADS": "16",
    }


@pytest.fixture(scope="session")
def all_processes(tmp_path_factory: pytest.TempPathFactory, environment: dict[str, str]) -> Iterator[ServiceProcesses]:
    """Starting a process takes seconds, so all tests share them."""
    with ServiceProcesses("order_service", tmp_path_factory.mktemp("run"), environment=environment) as all_processes:
        yield all_processes


@pytest.fixture
def processes(all_processes: ServiceProcesses, request: pytest.FixtureRequest) -> Iterator[ServiceProcesses]:
    """Web, worker and relay at work."""
    with all_processes.at_work(request.node):
        yield all_processes


@pytest.fixture
def exchange(processes: ServiceProcesses, broker: VirtualHost) -> "Exchange":
    """What is between the services, with nothing of other tests in the queues."""
    from order_service.celery_app import app
    from tests.support.exchange import Exchange

    return Exchange(app)


@pytest.fixture
def somebody(processes: ServiceProcesses, user_service: FakeUserService) -> "Callable[[], Buyer]":
    """`somebody()`: a customer whom user_service knows, and no other test."""
    from order_service.tests.integration.people import Buyer

    return lambda: Buyer(processes, user_service, next(NUMBERS))


@pytest.fixture
def alice(somebody: "Callable[[], Buyer]") -> "Buyer":
    return somebody()


@pytest.fixture
def bob(somebody: "Callable[[], Buyer]") -> "Buyer":
    return somebody()


@pytest.fixture
def product() -> "Callable[[int], Product]":
    """`product(10)`: a product with that many pieces, and a price that no other has."""
    from order_service.tests.factories import ProductFactory

    return lambda pieces: ProductFactory(stock_quantity=pieces, price=Decimal(next(NUMBERS)))


@pytest.fixture
def lamp(product: "Callable[[int], Product]") -> "Product":
    return product(1000)
