"""The servers of a chaos run: its own, so that they may be stopped, each reached through a TCP proxy."""

import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from tests.support import Servers, native, packages
from tests.support.finding import own
from tests.support.starting import Started
from tests.support.tcp_proxy import TcpProxy

KINDS = ("postgres", "rabbitmq", "redis", "mail")
PROXIED = {"postgres": "postgres", "rabbitmq": "rabbitmq", "redis": "redis", "mail": "mail_smtp"}
"""Which address of each kind of server leads through a proxy."""


@dataclass(frozen=True)
class OwnServers:
    """
    :ivar started: each kind of server, with `.stop()` and `.restart()`.
    :ivar proxies: the way to each.
    :ivar addresses: as the shop sees them.
    """

    started: dict[str, Started]
    proxies: dict[str, TcpProxy]
    addresses: Servers


@contextmanager
def own_servers(say: Callable[[str], None]) -> Iterator[OwnServers]:
    """:raises ServersUnavailable: says what is missing and what can be done."""
    # Once for all: each of the threads below would ask apt for its own program.
    nginx = {} if shutil.which("nginx") else {"nginx": "nginx"}
    if missing := native.missing_packages(KINDS) | nginx:
        packages.install(missing, say=say)
    with ExitStack() as stack:
        # The threads stay until the end: the kernel takes a thread's end for its parent's death.
        threads = stack.enter_context(ThreadPoolExecutor(len(KINDS)))

        def start(kind: str) -> Started:
            return stack.enter_context(own(kind, "native", say=say))

        started = dict(zip(KINDS, threads.map(start, KINDS), strict=True))
        for server in started.values():
            say(str(server))
        addresses = {name: address for server in started.values() for name, address in server.addresses.items()}
        proxies = {kind: stack.enter_context(TcpProxy(addresses[name])) for kind, name in PROXIED.items()}
        through = {PROXIED[kind]: proxy.url for kind, proxy in proxies.items()}
        yield OwnServers(started, proxies, Servers(**addresses | through))
