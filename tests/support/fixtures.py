"""
The fixtures of integration tests; README.md in this folder lists them.

Imports are inside of the functions, so that other layers, which load this plugin too, do not wait for them.
"""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support.integration import STATE

if TYPE_CHECKING:
    from tests.support.addresses import Servers
    from tests.support.isolation import VirtualHost
    from tests.support.mailbox import Mailbox
    from tests.support.migrations import OldDatabase
    from tests.support.processes import Starter
    from tests.support.starting import Started
    from tests.support.tcp_proxy import TcpProxy


@pytest.fixture(scope="session")
def django_db_setup(request: pytest.FixtureRequest) -> Iterator[None]:
    """In integration tests the database exists already; in other layers pytest-django creates it."""
    if STATE.service is None:
        request.getfixturevalue("django_db_setup")
        yield
        return
    blocker = request.getfixturevalue("django_db_blocker")
    yield
    from django.db import connections

    with blocker.unblock():
        connections.close_all()


@pytest.fixture(scope="session")
def servers() -> "Servers":
    """The addresses of this run's servers."""
    assert STATE.servers, "only integration tests have servers"
    return STATE.servers


@pytest.fixture
def broker() -> "VirtualHost":
    """The virtual host of this process, with empty queues."""
    assert STATE.virtual_host, "only integration tests of a service have a broker"
    STATE.virtual_host.empty()
    return STATE.virtual_host


@pytest.fixture
def old_database(servers: "Servers") -> Iterator["OldDatabase"]:
    """A database without the tables of the service: `.migrate(name) .version(name).rows(model)`."""
    from tests.support.isolation import Databases
    from tests.support.migrations import database_for

    assert STATE.service, "only integration tests of a service have migrations"
    with database_for(STATE.service, Databases(servers.postgres)) as found:
        yield found


@pytest.fixture
def own_server() -> Iterator[Callable[[str], "Started"]]:
    """`own_server("postgres")`, or "rabbitmq": a server of this test alone, with `.addresses` and `.restart()`."""
    from tests.support.addresses import OWN_SERVERS
    from tests.support.finding import own

    with ExitStack() as stack:
        yield lambda server: stack.enter_context(own(server, os.environ[OWN_SERVERS]))


@pytest.fixture
def mailbox(servers: "Servers") -> "Mailbox":
    """The mails of this run: `.letters_to(address)`."""
    from tests.support.mailbox import Mailbox

    return Mailbox(servers.mail_api)


@pytest.fixture
def proxy_to() -> Iterator[Callable[[str], "TcpProxy"]]:
    """`proxy_to(url)`: a proxy with a `.url`, which the test can `.cut()`, `.restore()`, `.hang()` and `.resume()`."""
    from tests.support.tcp_proxy import TcpProxy

    with ExitStack() as stack:
        yield lambda url: stack.enter_context(TcpProxy(url))


@pytest.fixture
def running(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator["Starter"]:
    """`running("order_service", "worker")`: starts a process that ends with the test; its log is shown on failure."""
    from tests.support.processes import Starter

    with Starter(tmp_path) as start:
        yield start
        if getattr(request.node, "failed", False):
            sys.stderr.write(start.logs())
