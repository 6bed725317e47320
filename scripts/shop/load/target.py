"""The shop that gets the load: started here, or running already on this machine."""

import ipaddress
import os
import socket
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import requests

from scripts.shop import ports
from scripts.shop.compose import ComposeShop
from scripts.shop.errors import CannotRun
from scripts.shop.load import docker_gauges, native_gauges
from scripts.shop.load.gauges import Gauge
from scripts.shop.native import native
from scripts.shop.project import GATEWAY, MAIL, SERVICES
from scripts.shop.running import DEMO_ACCOUNT, TICK_SECONDS, Shop
from tests.support import http

KINDS = ("native", "docker")
NO_LIMIT = "1000000/min"
THROTTLES = ("THROTTLE_LOGIN", "THROTTLE_REGISTER", "THROTTLE_MAIL", "THROTTLE_ORDERS", "THROTTLE_DEFAULT")
# All users come from one address, and one of them orders more than any customer would.
UNLIMITED = {**dict.fromkeys(THROTTLES, NO_LIMIT), "MAILS_PER_HOUR": "1000000"}
STAFF = ("E2E_STAFF_USERNAME", "E2E_STAFF_PASSWORD")
MAIL_API = "E2E_MAIL_API_URL"


@dataclass(frozen=True)
class Target:
    """
    A running shop.

    :param urls: where customers reach each service, by its name.
    :param staff: user name and password of a member of staff.
    :param mail_api: the URL of a mail catcher with Mailpit's API; without one, users do not verify their addresses.
    :param tick: pauses for a moment; raises `Stopped` or `CannotRun` where the shop cannot go on.
    :param gauges: what can be read of the shop beside its answers; none of a shop that is only a URL.
    """

    urls: Mapping[str, str]
    staff: tuple[str, str]
    mail_api: str
    tick: Callable[[], None]
    gauges: list[Gauge] = field(default_factory=list)


@contextmanager
def target(kind: str, *, folder: Path, stop: Callable[[], None], allowed_host: str = "") -> Iterator[Target]:
    """
    A shop for this block.

    :param kind: "native", "docker", or the URL of a running shop.
    :param allowed_host: a host that may get the load although it is not this machine.
    :raises CannotRun: there is no such shop.
    """
    os.environ |= UNLIMITED
    if kind == "native":
        with _native(folder, stop) as started:
            yield started
    elif kind == "docker":
        with _docker(folder, stop) as started:
            yield started
    else:
        yield _running(kind, stop, allowed_host=allowed_host)


@contextmanager
def _native(folder: Path, stop: Callable[[], None]) -> Iterator[Target]:
    chosen = ports.free((*SERVICES, GATEWAY))
    with (
        native(folder, chosen) as infrastructure,
        Shop(infrastructure, ports=chosen, folder=folder, stop=stop) as shop,
    ):
        shop.start()
        with native_gauges.gauges(infrastructure.environments) as gauges:
            yield Target(shop.urls, shop.staff, infrastructure.mailbox.partition("/api/")[0], shop.tick, gauges)


@contextmanager
def _docker(folder: Path, stop: Callable[[], None]) -> Iterator[Target]:
    with ComposeShop(ports=ports.free((GATEWAY, MAIL)), folder=folder, stop=stop) as shop:
        shop.start()
        yield Target(shop.urls, shop.staff, shop.mailbox, shop.tick, docker_gauges.gauges(shop))


def _running(url: str, stop: Callable[[], None], *, allowed_host: str) -> Target:
    refuse_strangers(url, allowed_host=allowed_host)
    try:
        http.session.get(f"{url}/api/products/", timeout=10, allow_redirects=False)
    except requests.RequestException as error:
        raise CannotRun(f"No shop answers at {url}: {error}") from error
    username, password = (
        os.environ.get(name) or default for name, default in zip(STAFF, DEMO_ACCOUNT.values(), strict=True)
    )
    urls = dict.fromkeys((one.name for one in SERVICES), url.rstrip("/"))
    return Target(urls, (username, password), os.environ.get(MAIL_API, ""), lambda: _pause(stop))


def _pause(stop: Callable[[], None]) -> None:
    stop()
    time.sleep(TICK_SECONDS)


def refuse_strangers(url: str, *, allowed_host: str = "") -> None:
    """
    A load test sends its requests to this machine.

    :raises CannotRun: the URL is none, or names another machine than this one or the one allowed.
    """
    host = urlsplit(url).hostname if urlsplit(url).scheme in ("http", "https") else None
    if not host:
        raise CannotRun(f"--target takes {', '.join(KINDS)}, or the URL of a shop that runs; {url!r} is none of these.")
    if host == allowed_host:
        return
    try:
        addresses = {str(entry[4][0]) for entry in socket.getaddrinfo(host, None)}
    except OSError as error:
        raise CannotRun(f"{host} has no address: {error}") from error
    if not all(ipaddress.ip_address(address).is_loopback for address in addresses):
        raise CannotRun(
            f"{host} is not this machine. Put load only on what is yours to load, and then name it: --allow-host {host}"
        )
