"""PostgreSQL, RabbitMQ, Redis and nginx of this machine, started for one shop and ended with it."""

import os
import shutil
import string
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from scripts.shop import processes
from scripts.shop.errors import CannotRun
from scripts.shop.infrastructure import Infrastructure
from scripts.shop.mails import Mail
from scripts.shop.ports import HOST
from scripts.shop.progress import say
from scripts.shop.project import GATEWAY, ROOT, SERVICES
from tests.support import Servers, ServersUnavailable, isolation, servers
from tests.support.mailbox import Mailbox

TEMPLATE = ROOT / "deploy" / "gateway" / "shop.conf.template"
# What Docker's nginx has in its own configuration.
NGINX = """
daemon off;
pid {folder}/nginx.pid;
error_log stderr;
events {{ worker_connections 1024; }}
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


@contextmanager
def native(folder: Path, ports: Mapping[str, int]) -> Iterator[Infrastructure]:
    """
    A database for each service, one broker, one cache; nginx in front of the services, where this machine has it.

    :raises CannotRun: the servers cannot be started.
    """
    with ExitStack() as stack:
        try:
            found = stack.enter_context(servers("native", say=lambda text: say(f"· {text}")))
        except ServersUnavailable as error:
            raise CannotRun(str(error)) from error
        yield stack.enter_context(on_servers(found, folder, ports))


@contextmanager
def on_servers(found: Servers, folder: Path, ports: Mapping[str, int]) -> Iterator[Infrastructure]:
    """The same on servers that run already."""
    with ExitStack() as stack:
        url = ""
        if shutil.which("nginx"):
            url = stack.enter_context(gateway(folder / "gateway", ports))
        else:
            say("· no nginx on this machine: customers reach the services directly")
        mailbox = Mailbox(found.mail_api)
        yield Infrastructure(
            environments=_environments(found, folder, proxies=1 if url else 0),
            mailbox=f"{found.mail_api}/api/v1/messages",
            mails_to=lambda address: [Mail(one.subject, one.text) for one in mailbox.letters_to(address)],
            gateway=url,
        )


def _environments(found: Servers, folder: Path, *, proxies: int) -> dict[str, dict[str, str]]:
    databases = isolation.Databases(found.postgres)
    broker = isolation.VirtualHost.create(url=found.rabbitmq, api=found.rabbitmq_api, name="shop")
    mail = urlsplit(found.mail_smtp)
    return {
        service.name: {
            "RUN_DIR": str(folder),
            "DATABASE_URL": databases.create(service.name),
            "BROKER_URL": broker.url,
            "CACHE_URL": found.redis.removesuffix("/0") + f"/{number}",
            "EMAIL_HOST": mail.hostname or "",
            "EMAIL_PORT": str(mail.port),
            "NUM_PROXIES": str(proxies),
        }
        for number, service in enumerate(SERVICES)
    }


@contextmanager
def gateway(folder: Path, ports: Mapping[str, int]) -> Iterator[str]:
    """nginx with the configuration that it has in Docker, on this machine's addresses; gives its URL."""
    configure_gateway(folder, ports)
    command = ("nginx", "-p", str(folder), "-c", str(folder / "nginx.conf"))
    process = processes.start(command, log=folder / "nginx.log", environment=os.environ)
    try:
        yield f"http://{HOST}:{ports[GATEWAY.name]}"
    finally:
        processes.end([process])


def configure_gateway(folder: Path, ports: Mapping[str, int], *, second: Mapping[str, int] | None = None) -> None:
    """
    Write nginx's configuration; a running nginx reads it again at SIGHUP.

    :param second: the port of a second instance, by service.
    """
    addresses = {f"{service.name.upper()}_ADDRESS": f"{HOST}:{ports[service.name]}" for service in SERVICES}
    for service, port in (second or {}).items():
        addresses[f"{service.upper()}_ADDRESS"] += f"; server {HOST}:{port}"
    listen = f"{HOST}:{ports[GATEWAY.name]}"
    filled = string.Template(TEMPLATE.read_text()).safe_substitute(addresses, GATEWAY_LISTEN=listen)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "shop.conf").write_text(filled)
    (folder / "nginx.conf").write_text(NGINX.format(folder=folder))
