"""
The integration layer's fixtures, and how its Django project gets real servers.

A process with the paths of one service's integration tests runs with that service's ordinary settings
(`<service>.settings.base`), and with the addresses of real servers in its environment: those of
`python -m tests.support up`, or some that it starts itself. Each xdist worker has a database copied from a migrated
template, a virtual host and a Redis database of its own.

Other layers pay nothing for this: nothing is imported before an integration test is asked for.
"""

import os
import secrets
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.support import environment

if TYPE_CHECKING:
    from tests.support.addresses import Servers
    from tests.support.isolation import VirtualHost
    from tests.support.mailbox import Mailbox
    from tests.support.migrations import OldDatabase
    from tests.support.processes import Starter
    from tests.support.starting import Started
    from tests.support.tcp_proxy import TcpProxy

ROOT = Path(__file__).parents[2]
MODULES = {"servicekit": "servicekit.tests.shelf"}  # the kit's tests have a small service of their own
RUN = "SHOP_TEST_RUN"  # names this run in databases and virtual hosts; set by the process that pytest began with


class State:
    """What one pytest process holds."""

    def __init__(self) -> None:
        self.stack = ExitStack()
        self.service: str | None = None
        self.servers: Servers | None = None
        self.virtual_host: VirtualHost | None = None
        self.left_out: list[Path] = []


STATE = State()

pytest.register_assert_rewrite("tests.support.migrations")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--infra",
        choices=("auto", "env", "docker", "native"),
        default=os.environ.get("TEST_INFRA", "auto"),
        help="where the servers of integration tests come from (tests/support/README.md)",
    )


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests() -> None:
    """Before pytest-django reads DJANGO_SETTINGS_MODULE, and before any conftest.py is imported."""
    environment.clear()


def pytest_configure(config: pytest.Config) -> None:
    """Between the root conftest, which knows the service, and pytest-django, which loads its settings."""
    if config.option.help or config.option.markers or not _asks_for_integration(config):
        return
    from tests.support.errors import ServersUnavailable

    STATE.service = _service(config)
    try:
        STATE.servers = _servers(config)
        if STATE.service:
            worker = getattr(config, "workerinput", {}).get("workerid", "main")
            _prepare(STATE.service, STATE.servers, worker=worker)
    except ServersUnavailable as trouble:
        STATE.stack.close()
        raise pytest.UsageError(f"no servers for integration tests.\n{trouble}") from trouble


def pytest_unconfigure(config: pytest.Config) -> None:
    STATE.stack.close()


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """One process has one Django project. Where it is not the integration tests', the summary says what stayed out."""
    if STATE.servers or collection_path.name != "integration" or collection_path.parent.parent.parent != ROOT:
        return None
    if any(ROOT.joinpath(*asked) in collection_path.parents for asked in _paths(config)):
        STATE.left_out.append(collection_path.relative_to(ROOT))
    return True


def pytest_terminal_summary(terminalreporter: Any) -> None:
    for folder in STATE.left_out:
        terminalreporter.write_line(f"left out: {folder} (needs other settings; name that folder, or -m integration)")


def _asks_for_integration(config: pytest.Config) -> bool:
    """
    Whether the paths, or -m, name the integration layer and nothing else.

    :raises pytest.UsageError: they name it beside others.
    """
    if "integration" in config.option.markexpr and "not integration" not in config.option.markexpr:
        return True
    paths = _paths(config)
    named = [parts for parts in paths if "integration" in parts]
    if named and len(named) < len(paths):
        raise pytest.UsageError("integration tests have settings of their own: run them in a process of their own")
    return bool(named)


def _service(config: pytest.Config) -> str | None:
    services = {parts[0] for parts in _paths(config) if parts and (ROOT / parts[0] / "tests").is_dir()}
    return services.pop() if len(services) == 1 else None


def _paths(config: pytest.Config) -> list[tuple[str, ...]]:
    paths = [Path(argument.split("::")[0]).absolute() for argument in config.args]
    return [path.relative_to(ROOT).parts for path in paths if path.is_relative_to(ROOT)]


def _servers(config: pytest.Config) -> "Servers":
    from tests.support.addresses import OWN_SERVERS, Servers
    from tests.support.finding import servers

    there = Servers.from_environment()
    if there and os.environ.get(RUN):
        return there  # an xdist worker: the first process has them
    os.environ[RUN] = secrets.token_hex(3)
    os.environ["SHOP_TEST_TEMPLATE"] = ""
    capture = config.pluginmanager.getplugin("capturemanager")

    def say(text: str) -> None:
        with capture.global_and_fixture_disabled():
            sys.stderr.write(f"[servers] {text}\n")

    found = STATE.stack.enter_context(servers(config.option.infra, say=say))
    os.environ.setdefault(OWN_SERVERS, config.option.infra)
    os.environ.update(found.to_environment())
    return found


def _prepare(service: str, there: "Servers", *, worker: str) -> None:
    """Make this process's rooms, and tell its settings by the environment."""
    import django

    from tests.support import isolation

    run = os.environ[RUN]
    room = f"{service}_{run}_{worker}"
    databases = isolation.Databases(there.postgres)
    redis = isolation.take_redis_database(there.redis, owner=room)
    STATE.stack.callback(isolation.release_redis_databases, there.redis, owner=room)
    host = isolation.VirtualHost.create(url=there.rabbitmq, api=there.rabbitmq_api, name=room)
    STATE.stack.callback(host.drop)
    STATE.virtual_host = host
    os.environ.update(_settings(there, broker=host.url, cache=redis, run_dir=_run_folder(room)))
    if (ROOT / service / "settings").is_dir():
        os.environ["DJANGO_SETTINGS_MODULE"] = f"{service}.settings.base"

    template = f"{service}_{run}_template"
    if not os.environ["SHOP_TEST_TEMPLATE"]:
        STATE.stack.callback(databases.drop_all, f"{service}_{run}")
        databases.create_migrated(
            template,
            command=[sys.executable, "-m", MODULES.get(service, service), "migrate", "--verbosity=0", "--run-syncdb"],
            environment=dict(os.environ),
        )
        os.environ["SHOP_TEST_TEMPLATE"] = template
    os.environ["DATABASE_URL"] = databases.create(room, template=template)
    STATE.stack.callback(databases.drop, room)
    # Only now are the settings as they should be; test modules import models.
    django.setup()


def _settings(there: "Servers", *, broker: str, cache: str, run_dir: Path) -> dict[str, str]:
    from urllib.parse import urlsplit

    mail = urlsplit(there.mail_smtp)
    generous = "100000/min"  # tests of throttles set their own
    return {
        "BROKER_URL": broker,
        "CACHE_URL": cache,
        "RUN_DIR": str(run_dir),
        # Named, because each process that a test starts has a folder of its own.
        "JWT_PRIVATE_KEY_FILE": str(run_dir / "jwt.pem"),
        "EMAIL_HOST": mail.hostname or "",
        "EMAIL_PORT": str(mail.port or 25),
        "THROTTLE_LOGIN": generous,
        "THROTTLE_REGISTER": generous,
        "THROTTLE_MAIL": generous,
        "MAILS_PER_HOUR": "1000000",
        "THROTTLE_ORDERS": generous,
        "THROTTLE_DEFAULT": generous,
        "MAX_PENDING_ORDERS": "0",
        "MAX_UNPAID_PIECES": "0",
    }


def _run_folder(room: str) -> Path:
    """A folder for keys and other state of this process, removed with it."""
    import shutil
    import tempfile

    folder = Path(tempfile.mkdtemp(prefix=f"{room}-"))
    STATE.stack.callback(shutil.rmtree, folder, ignore_errors=True)
    return folder


@pytest.fixture(scope="session")
def django_db_setup(request: pytest.FixtureRequest) -> Iterator[None]:
    """In integration tests the database is there already, copied from the migrated template; else pytest-django's."""
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
    """This worker's virtual host, with nothing waiting in it: look into its queues, or break its connections."""
    assert STATE.virtual_host, "only integration tests of a service have a broker"
    STATE.virtual_host.empty()
    return STATE.virtual_host


@pytest.fixture
def old_database(servers: "Servers") -> Iterator["OldDatabase"]:
    """Without any table of the service, to be brought to a migration: `.migrate(name) .version(name).rows(model)`."""
    from tests.support.isolation import Databases
    from tests.support.migrations import database_for

    assert STATE.service, "only integration tests of a service have migrations"
    with database_for(STATE.service, Databases(servers.postgres)) as found:
        yield found


@pytest.fixture
def own_server() -> Iterator[Callable[[str], "Started"]]:
    """`own_server("postgres")`, or "rabbitmq": one of this test alone, with `.addresses`, which it may `.restart()`."""
    from tests.support.addresses import OWN_SERVERS
    from tests.support.finding import own

    with ExitStack() as stack:
        yield lambda server: stack.enter_context(own(server, os.environ[OWN_SERVERS]))


@pytest.fixture
def mailbox(servers: "Servers") -> "Mailbox":
    """Every mail that was sent in this run: ask for those to an address."""
    from tests.support.mailbox import Mailbox

    return Mailbox(servers.mail_api)


@pytest.fixture
def proxy_to() -> Iterator[Callable[[str], "TcpProxy"]]:
    """`proxy_to(url)`: a way to a server that the test can cut, hang and mend; give its `.url` to a process."""
    from tests.support.tcp_proxy import TcpProxy

    with ExitStack() as stack:
        yield lambda url: stack.enter_context(TcpProxy(url))


@pytest.fixture
def running(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator["Starter"]:
    """`running("order_service", "worker")`: a real process on this test's servers, ready, and ended with the test."""
    from tests.support.processes import Starter

    with Starter(tmp_path) as start:
        yield start
        if getattr(request.node, "failed", False):
            sys.stderr.write(start.logs())


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    outcome: Any = yield
    if outcome.get_result().failed:
        item.failed = True  # type: ignore[attr-defined]
