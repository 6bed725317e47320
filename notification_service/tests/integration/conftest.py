"""
notification_service on PostgreSQL, Redis and RabbitMQ, in its own processes; user_service is made up.

What needs models is imported by the fixtures: this file is read before there is a database.
"""

import itertools
import secrets
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest
from django.db import connections
from pytest_django import DjangoDbBlocker

from notification_service.tests.integration.mail_server import MailServer, running_mail_server
from notification_service.tests.integration.people import Person
from tests.support.addresses import Servers
from tests.support.isolation import VirtualHost
from tests.support.neighbours import FakeUserService, listening
from tests.support.service_processes import ServiceProcesses

if TYPE_CHECKING:
    from tests.support.exchange import Exchange

IDS = itertools.count(1000)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Processes start, fall and come back in these tests: ten seconds are not enough on a busy machine."""
    for item in items:
        if item.get_closest_marker("timeout") is None:
            item.add_marker(pytest.mark.timeout(90))


@pytest.fixture(autouse=True)
def database(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Rows are committed, for the processes to see, and stay: tests have people of their own, not empty tables."""
    with django_db_blocker.unblock():
        yield
        connections.close_all()


@pytest.fixture(scope="session")
def user_service() -> Iterator[FakeUserService]:
    with listening(FakeUserService(client="notification_service")) as server:
        yield server


@pytest.fixture(scope="session")
def smtp(servers: Servers) -> Iterator[MailServer]:
    with running_mail_server(servers.mail_smtp) as server:
        yield server


@pytest.fixture
def mail_server(smtp: MailServer) -> Iterator[MailServer]:
    yield smtp
    smtp.let_go()


@pytest.fixture(scope="session")
def all_processes(
    tmp_path_factory: pytest.TempPathFactory,
    servers: Servers,
    user_service: FakeUserService,
    smtp: MailServer,
) -> Iterator[ServiceProcesses]:
    """Starting a process takes seconds, so tests share them; who ends one leaves it to the next to start another."""
    environment = {
        "USER_SERVICE_URL": user_service.url,
        "EMAIL_HOST": "127.0.0.1",
        "EMAIL_PORT": str(smtp.port),
        "EMAIL_TIMEOUT": "20",  # tests hold mails in mid-air
    }
    with ServiceProcesses(
        "notification_service", tmp_path_factory.mktemp("run"), environment=environment
    ) as all_processes:
        yield all_processes


@pytest.fixture
def processes(
    all_processes: ServiceProcesses, broker: VirtualHost, request: pytest.FixtureRequest
) -> Iterator[ServiceProcesses]:
    """Web, worker and relay at work, and nothing waiting in their queues."""
    with all_processes.at_work(request.node):
        yield all_processes


@pytest.fixture
def exchange(processes: ServiceProcesses) -> "Exchange":
    from notification_service.celery_app import app
    from tests.support.exchange import Exchange

    return Exchange(app)


@pytest.fixture
def somebody(user_service: FakeUserService) -> Callable[[str], Person]:
    """`somebody("Alice")`: a person whom user_service knows, and whom no other test writes to."""

    def make(name: str) -> Person:
        person = Person(next(IDS), name, f"{name.lower()}-{secrets.token_hex(4)}@example.org")
        user_service.knows(person.id, **person.account)
        return person

    return make


@pytest.fixture
def alice(somebody: Callable[[str], Person]) -> Person:
    return somebody("Alice")


@pytest.fixture
def bob(somebody: Callable[[str], Person]) -> Person:
    return somebody("Bob")
