"""PostgreSQL, RabbitMQ, Redis and nginx of this machine, started for one shop and ended with it."""

import os
import shutil
import string
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from scripts.shop import processes
from scripts.shop.infrastructure import Infrastructure
from scripts.shop.ports import HOST
from scripts.shop.progress import say
from scripts.shop.project import GATEWAY, ROOT, SERVICES
from scripts.shop.running import StartFailed
from tests.support import Servers, ServersUnavailable, isolation, servers
from tests.support.mailbox import Mailbox

TEMPLATE = ROOT / "deploy" / "gateway" / "shop.conf.template"
# What Docker's nginx has in its own configuration.
NGINX = """
daemon off;
pid {folder}/nginx.pid;
error_log stderr;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/shop.conf;
}}
"""


class Native(Infrastructure):
    """A database for each service, one broker, one cache; nginx before them, where this machine has it."""

    def __init__(self, folder: Path, ports: Mapping[str, int]) -> None:
        self._folder = folder
        self._ports = ports
        self._stack = ExitStack()
        self.description = "native: private PostgreSQL, RabbitMQ and Redis" + (", behind nginx" if self.gateway else "")

    def __enter__(self) -> Self:
        """:raises StartFailed: the servers cannot be had."""
        try:
            self._open()
        except ServersUnavailable as trouble:
            raise StartFailed(str(trouble)) from trouble
        return self

    def _open(self) -> None:
        with ExitStack() as stack:
            self._servers: Servers = stack.enter_context(servers("native", say=lambda text: say(f"· {text}")))
            databases = isolation.Databases(self._servers.postgres)
            self._databases = {service.name: databases.create(service.name) for service in SERVICES}
            self._broker = isolation.VirtualHost.create(
                url=self._servers.rabbitmq, api=self._servers.rabbitmq_api, name="shop"
            )
            if self.gateway:
                stack.enter_context(gateway(self._folder / "gateway", self._ports))
            else:
                say("· no nginx on this machine: the services are reached directly")
            self._stack = stack.pop_all()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    @property
    def gateway(self) -> str:
        return f"http://{HOST}:{self._ports[GATEWAY.name]}" if shutil.which("nginx") else ""

    @property
    def mailbox(self) -> str:
        return f"{self._servers.mail_api}/api/v1/messages"

    def subjects_to(self, address: str) -> list[str]:
        return [letter.subject for letter in Mailbox(self._servers.mail_api).letters_to(address)]

    def environment_of(self, service: str) -> Mapping[str, str]:
        mail = urlsplit(self._servers.mail_smtp)
        number = [one.name for one in SERVICES].index(service)
        return {
            "RUN_DIR": str(self._folder),
            "DATABASE_URL": self._databases[service],
            "BROKER_URL": self._broker.url,
            "CACHE_URL": self._servers.redis.removesuffix("/0") + f"/{number}",
            "EMAIL_HOST": mail.hostname or "",
            "EMAIL_PORT": str(mail.port),
            "NUM_PROXIES": "1" if self.gateway else "0",
        }


@contextmanager
def gateway(folder: Path, ports: Mapping[str, int]) -> Iterator[None]:
    """nginx with the configuration that it has in Docker, on this machine's addresses."""
    addresses = {f"{service.name.upper()}_ADDRESS": f"{HOST}:{ports[service.name]}" for service in SERVICES}
    filled = string.Template(TEMPLATE.read_text()).safe_substitute(
        addresses, GATEWAY_LISTEN=f"{HOST}:{ports[GATEWAY.name]}"
    )
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "shop.conf").write_text(filled)
    (folder / "nginx.conf").write_text(NGINX.format(folder=folder))
    command = ("nginx", "-p", str(folder), "-c", str(folder / "nginx.conf"))
    process = processes.start(command, log=folder / "nginx.log", environment=os.environ)
    try:
        yield
    finally:
        processes.end([process])
