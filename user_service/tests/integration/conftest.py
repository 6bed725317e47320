"""
user_service on PostgreSQL, Redis and RabbitMQ, in its own processes; the other services are fakes.

Fixtures import what needs models: this file is imported before Django is configured.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.db import connections

from tests.support.isolation import VirtualHost
from tests.support.service_processes import ServiceProcesses
from user_service.tests.integration.listeners import Listener

if TYPE_CHECKING:
    from tests.support.exchange import Exchange
    from user_service.tests.integration.people import Person


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Processes start and stop in these tests: ten seconds are not enough on a busy machine."""
    for item in items:
        if item.get_closest_marker("timeout") is None:
            item.add_marker(pytest.mark.timeout(90))


@pytest.fixture(autouse=True)
def database(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[None]:
    """Rows are committed, so that the processes see them, and stay: each test has users of its own."""
    with django_db_blocker.unblock():
        yield
        connections.close_all()


@pytest.fixture(scope="session")
def order_service() -> Iterator[Listener]:
    with Listener() as neighbour:
        yield neighbour


@pytest.fixture(scope="session")
def notification_service() -> Iterator[Listener]:
    with Listener() as neighbour:
        yield neighbour


@pytest.fixture(scope="session")
def key_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of the signing key; the first process makes it."""
    return tmp_path_factory.mktemp("shared") / "keys" / "jwt.pem"


@pytest.fixture(scope="session")
def all_processes(
    tmp_path_factory: pytest.TempPathFactory, order_service: Listener, notification_service: Listener, key_file: Path
) -> Iterator[ServiceProcesses]:
    """Starting a process takes seconds, so all tests share them."""
    environment = {
        "ORDER_SERVICE_URL": order_service.url,
        "NOTIFICATION_SERVICE_URL": notification_service.url,
        "JWT_PRIVATE_KEY_FILE": str(key_file),
        # Two processes, so that no test depends on the memory of one.
        "WEB_WORKERS": "2",
        "WEB_THREADS": "8",
    }
    with ServiceProcesses("user_service", tmp_path_factory.mktemp("run"), environment=environment) as all_processes:
        yield all_processes


@pytest.fixture
def processes(
    all_processes: ServiceProcesses, broker: VirtualHost, request: pytest.FixtureRequest
) -> Iterator[ServiceProcesses]:
    """Web, worker and relay are running, and their queues are empty."""
    with all_processes.at_work(request.node):
        yield all_processes


@pytest.fixture
def exchange(processes: ServiceProcesses) -> "Exchange":
    from tests.support.exchange import Exchange
    from user_service.celery_app import app

    return Exchange(app)


@pytest.fixture
def person(processes: ServiceProcesses) -> "Callable[[], Person]":
    """`person()`: a person without an account; no other test has the same names."""
    from user_service.tests.integration.people import Person

    return lambda: Person(processes)


@pytest.fixture
def customer(person: "Callable[[], Person]") -> "Callable[[], Person]":
    """`customer()`: a person with an account, signed in."""
    return lambda: person().with_account()


@pytest.fixture
def alice(customer: "Callable[[], Person]") -> "Person":
    return customer()


@pytest.fixture
def staff(processes: ServiceProcesses) -> "Person":
    from user_service.tests.integration.people import Person

    return Person(processes).as_staff()
