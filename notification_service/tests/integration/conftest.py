"""
notification_service on PostgreSQL, Redis and RabbitMQ, in its own processes; user_service is faked.

Fixtures import what needs models: this file is loaded before Django is set up.
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
from tests.support.fake_user_service import FakeUserService
from tests.support.isolation import VirtualHost
from tests.support.service_processes import ServiceProcesses

if TYPE_CHECKING:
    from tests.support.exchange import Exchange

IDS = itertools.count(1000)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """These tests start and kill processes, which takes more than ten seconds on a busy machine."""
    for item in items:
        if item.get_closest_marker("timeout") is None:
            item.add_marker(pytest.mark.timeout(90))


@pytest.fixture(autouse=True)
def database(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Rows are committed, so that the processes see them, and stay. Each test has its own users, not empty tables."""
    with django_db_blocker.unblock():
        yield
        connections.close_all()


@pytest.fixture(scope="session")
def user_service() -> Iterator[FakeUserService]:
    with FakeUserService(client="notification_service") as server:
        yield server


@pytest.fixture(scope="session")
def smtp(servers: Servers) -> Iterator[MailServer]:
    with running_mail_server(servers.mail_smtp) as server:
        yield server


@pytest.fixture
def mail_server(smtp: MailServer) -> Iterator[MailServer]:
    yield smtp
    smtp.release_all()


@pytest.fixture(scope="session")
def all_processes(
    tmp_path_factory: pytest.TempPathFactory,
    servers: Servers,
    user_service: FakeUserService,
    smtp: MailServer,
) -> Iterator[ServiceProcesses]:
    """Shared by all tests, because a start takes seconds. A process that a test ended is started again for the next."""
    environment = {
        "USER_SERVICE_URL": user_service.url,
        "EMAIL_HOST": "127.0.0.1",
        "EMAIL_PORT": str(smtp.port),
        "EMAIL_TIMEOUT": "20",  # tests hold mails while they are sent
    }
    with ServiceProcesses(
        "notification_service", tmp_path_factory.mktemp("run"), environment=environment
    ) as all_processes:
        yield all_processes


@pytest.fixture
def processes(
    all_processes: ServiceProcesses, broker: VirtualHost, request: pytest.FixtureRequest
) -> Iterator[ServiceProcesses]:
    """Web, worker and relay, running, with empty queues."""
    with all_processes.at_work(request.node):
        yield all_processes


@pytest.fixture
def exchange(processes: ServiceProcesses) -> "Exchange":
    from notification_service.celery_app import app
    from tests.support.exchange import Exchange

    return Exchange(app)


@pytest.fixture
def new_person(user_service: FakeUserService) -> Callable[[str], Person]:
    """`new_person("Alice")`: a user whom user_service knows and no other test uses."""

    def make(name: str) -> Person:
        person = Person(next(IDS), name, f"{name.lower()}-{secrets.token_hex(4)}@example.org")
        user_service.knows(person.id, **person.account)
        return person

    return make


@pytest.fixture
def alice(new_person: Callable[[str], Person]) -> Person:
    return new_person("Alice")


@pytest.fixture
def bob(new_person: Callable[[str], Person]) -> Person:
    return new_person("Bob")
