"""The running shop of a chaos run: its processes, and every part of its surroundings that can be disturbed."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from scripts.shop.errors import CannotRun
from scripts.shop.infrastructure import Infrastructure
from scripts.shop.native import on_servers
from scripts.shop.ports import HOST
from scripts.shop.progress import say
from scripts.shop.project import GATEWAY, ROLES, SERVICES
from scripts.shop.running import Shop, is_healthy
from scripts.shop.stopping import Stopped
from scripts.shop.supervisor import Program
from tests.chaos.payment_gateway import PaymentGateway
from tests.chaos.servers import OwnServers, own_servers
from tests.support.spawning import free_port
from tests.support.tcp_proxy import TcpProxy

NO_LIMIT = "1000000/min"
SETTINGS = {
    # Customers of a chaos run all come from one address.
    **{f"THROTTLE_{scope}": NO_LIMIT for scope in ("LOGIN", "REGISTER", "ORDERS", "MAIL", "DEFAULT")},
    # Each of them gets more mails in a few minutes than people do in an hour.
    "MAILS_PER_HOUR": "1000000",
    # A customer whose payment was cut off waits so long before it can be tried again.
    "PAYMENT_CLAIM_SECONDS": "10",
    "UNPAID_ORDER_MINUTES": "1",
}


@dataclass(frozen=True)
class ChaosShop:
    """
    :ivar customers_url: of the gateway in front of the shop.
    :ivar user_service: the way on which its neighbours reach user_service.
    """

    shop: Shop
    servers: OwnServers
    payments: PaymentGateway
    user_service: TcpProxy
    folder: Path
    ports: Mapping[str, int]
    keeper: "Keeper"
    customers_url: str

    @property
    def customers_urls(self) -> Mapping[str, str]:
        """Where customers reach each service."""
        return dict.fromkeys(self.shop.urls, self.customers_url)

    @property
    def mail_api(self) -> str:
        return self.servers.addresses.mail_api

    def direct_url(self, service: str) -> str:
        """Where its own web process answers, past the gateway."""
        return f"http://{HOST}:{self.ports[service]}"

    def is_healthy(self, service: str) -> bool:
        return is_healthy(self.direct_url(service))

    @property
    def logs(self) -> list[Path]:
        return [self.program(service.name, role).log for service in SERVICES for role in ROLES]

    def program(self, service: str, role: str) -> Program:
        return self.shop.program(service, role)


@contextmanager
def chaos_shop(folder: Path) -> Iterator[ChaosShop]:
    """:raises CannotRun, ServersUnavailable: say what is missing."""
    with ExitStack() as stack:
        servers = stack.enter_context(own_servers(lambda text: say(f"· {text}")))
        payments = stack.enter_context(PaymentGateway())
        chosen = {one.name: free_port() for one in (*SERVICES, GATEWAY)}
        user_service = stack.enter_context(TcpProxy(f"http://{HOST}:{chosen['user_service']}"))
        infrastructure = stack.enter_context(on_servers(servers.addresses, folder, chosen))
        own = {**SETTINGS, "USER_SERVICE_URL": user_service.url, "PAYMENT_GATEWAY_URL": payments.url}
        environments = {name: {**each, **own} for name, each in infrastructure.environments.items()}
        keeper = Keeper(replace(infrastructure, environments=environments), chosen, folder)
        stack.enter_context(keeper.running())
        yield ChaosShop(keeper.shop, servers, payments, user_service, folder, chosen, keeper, keeper.shop.gateway)


class Keeper:
    """
    A thread that starts the shop, starts again what dies, and ends it.

    The shop's processes end with the thread that started them, so one thread does all of it.
    """

    def __init__(self, infrastructure: Infrastructure, chosen: Mapping[str, int], folder: Path):
        self.shop = Shop(infrastructure, ports=chosen, folder=folder, stop=self._check)
        self._trouble: CannotRun | None = None
        self._started = threading.Event()
        self._stop = threading.Event()

    @contextmanager
    def running(self) -> Iterator[None]:
        """:raises CannotRun: the shop does not start."""
        thread = threading.Thread(target=self._keep)
        thread.start()
        try:
            self._started.wait()
            self.require_running()
            yield
        finally:
            self._stop.set()
            thread.join()

    def require_running(self) -> None:
        """:raises CannotRun: the shop has given up."""
        if self._trouble:
            raise self._trouble

    def _keep(self) -> None:
        try:
            self.shop.start()
            self._started.set()
            while True:
                self.shop.tick()
        except Stopped:
            pass
        except CannotRun as trouble:
            self._trouble = trouble
        finally:
            # Nobody needs an orderly end of it, which takes a while.
            self.shop.kill()
            self._started.set()

    def _check(self) -> None:
        if self._stop.is_set():
            raise Stopped
