"""
Prepares a pytest process for the integration tests of one service.

The process runs with the service's ordinary settings (`<service>.settings.base`), and has in its environment the
addresses of real servers: those of `python -m tests.support up`, or of servers that it starts itself. Each xdist worker
has a database copied from a migrated template, a virtual host and a Redis database.
"""

import os
import secrets
import shutil
import sys
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from tests.support.addresses import Servers
    from tests.support.isolation import VirtualHost

ROOT = Path(__file__).parents[2]
MODULES = {"servicekit": "servicekit.tests.shelf"}  # the kit's tests have a small service of their own
# Set by the first process, for the workers of xdist: the name of this run, and of the database to copy.
RUN, TEMPLATE = "SHOP_TEST_RUN", "SHOP_TEST_TEMPLATE"
NO_LIMIT = "100000/min"  # tests of throttles set their own


class State:
    """What one pytest process has; everything in `stack` ends with it."""

    def __init__(self) -> None:
        self.stack = ExitStack()
        self.service: str | None = None
        self.servers: Servers | None = None
        self.virtual_host: VirtualHost | None = None


STATE = State()


def prepare(service: str | None, *, kind: str, worker: str, say: Callable[[str], None]) -> None:
    """
    Find servers; for a service, isolate this process on them and load its Django project.

    :param kind: auto, env, docker or native.
    :param worker: the name of this process among those of xdist.
    :raises ServersUnavailable: there are no servers, or the migrations fail.
    """
    STATE.service = service
    STATE.servers = _find(kind, say)
    if service:
        _isolate(service, STATE.servers, name=f"{service}_{os.environ[RUN]}_{worker}")
        import django

        django.setup()


def _find(kind: str, say: Callable[[str], None]) -> "Servers":
    from tests.support.addresses import OWN_SERVERS, Servers
    from tests.support.finding import servers

    found = Servers.from_environment()
    if found and os.environ.get(RUN):
        return found  # a worker of xdist: the first process has started them
    os.environ[RUN] = secrets.token_hex(3)
    os.environ[TEMPLATE] = ""
    found = STATE.stack.enter_context(servers(kind, say=say))
    os.environ.setdefault(OWN_SERVERS, kind)
    os.environ.update(found.to_environment())
    return found


def _isolate(service: str, servers: "Servers", *, name: str) -> None:
    from tests.support import isolation

    databases = isolation.Databases(servers.postgres)
    redis = isolation.take_redis_database(servers.redis, owner=name)
    STATE.stack.callback(isolation.release_redis_databases, servers.redis, owner=name)
    host = isolation.VirtualHost.create(url=servers.rabbitmq, api=servers.rabbitmq_api, name=name)
    STATE.stack.callback(host.drop)
    STATE.virtual_host = host
    folder = Path(tempfile.mkdtemp(prefix=f"{name}-"))
    STATE.stack.callback(shutil.rmtree, folder, ignore_errors=True)
    os.environ.update(_settings(servers, broker=host.url, cache=redis, folder=folder))
    if (ROOT / service / "settings").is_dir():
        os.environ["DJANGO_SETTINGS_MODULE"] = f"{service}.settings.base"

    if not os.environ[TEMPLATE]:
        template = f"{service}_{os.environ[RUN]}_template"
        STATE.stack.callback(databases.drop_all, f"{service}_{os.environ[RUN]}")
        databases.create_migrated(
            template,
            command=[sys.executable, "-m", MODULES.get(service, service), "migrate", "--verbosity=0", "--run-syncdb"],
            environment=dict(os.environ),
        )
        os.environ[TEMPLATE] = template
    os.environ["DATABASE_URL"] = databases.create(name, template=os.environ[TEMPLATE])
    STATE.stack.callback(databases.drop, name)


def _settings(servers: "Servers", *, broker: str, cache: str, folder: Path) -> dict[str, str]:
    mail = urlsplit(servers.mail_smtp)
    return {
        "BROKER_URL": broker,
        "CACHE_URL": cache,
        "RUN_DIR": str(folder),
        # Named, because each process that a test starts has another RUN_DIR.
        "JWT_PRIVATE_KEY_FILE": str(folder / "jwt.pem"),
        "EMAIL_HOST": mail.hostname or "",
        "EMAIL_PORT": str(mail.port or 25),
        "THROTTLE_LOGIN": NO_LIMIT,
        "THROTTLE_REGISTER": NO_LIMIT,
        "THROTTLE_ORDERS": NO_LIMIT,
        "THROTTLE_MAIL": NO_LIMIT,
        "MAILS_PER_HOUR": "1000000",
        "THROTTLE_DEFAULT": NO_LIMIT,
        "MAX_PENDING_ORDERS": "0",
        "MAX_UNPAID_PIECES": "0",
    }
