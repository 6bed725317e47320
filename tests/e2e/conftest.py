"""One shop for all end-to-end tests; customers, staff and products for each test alone."""

import secrets
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from scripts.shop.client import Client, Json
from scripts.shop.customer import Customer
from scripts.shop.project import ROOT, SERVICES
from scripts.shop.staff import Staff
from servicekit.testing import eventually
from tests.e2e.targets import Target, opened
from tests.support.mailbox import Letter, Mailbox

REPORTS = ROOT / "reports" / "e2e"
LINES_SHOWN = 20
EFFECT_WITHIN = 15
Mails = Callable[[Customer], list[Letter]]
STACK = ExitStack()


def _say(text: str) -> None:
    sys.stderr.write(f"[e2e] {text}\n")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--target", default="native", help="native, docker, or the URL of a running shop")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "needs_logs: looks into the logs of the services")
    if not hasattr(config, "workerinput") and not config.option.collectonly and not config.option.help:
        target = STACK.enter_context(opened(config.option.target))
        _say(f"{target.kind}: {target.url}")


def pytest_unconfigure() -> None:
    STACK.close()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    for item in items:
        item.add_marker(pytest.mark.timeout(60))
    if config.option.target not in {"native", "docker"}:
        left_out = [item for item in items if item.get_closest_marker("needs_logs")]
        items[:] = [item for item in items if item not in left_out]
        for item in left_out:
            _say(f"left out, as the logs of {config.option.target} cannot be read from here: {item.nodeid}")
        config.hook.pytest_deselected(items=left_out)


@pytest.fixture(scope="session")
def target() -> Target:
    return Target.from_environment()


@pytest.fixture
def clients() -> list[Client]:
    """Everybody who made requests in this test."""
    return []


@pytest.fixture
def new_customer(target: Target, clients: list[Client], mails_to: Mails) -> Callable[[], Customer]:
    """`new_customer()`: registered, with a verified address, and signed in."""

    def register() -> Customer:
        customer = Customer(target.urls)
        clients.append(customer)
        customer.registers()
        [mail] = eventually(lambda: mails_to(customer), within=EFFECT_WITHIN)
        customer.verifies_email(mail.text)
        customer.signs_in()
        return customer

    return register


@pytest.fixture
def customer(new_customer: Callable[[], Customer]) -> Customer:
    return new_customer()


@pytest.fixture
def staff(target: Target, clients: list[Client]) -> Staff:
    member = Staff(target.urls, account=target.staff)
    clients.append(member)
    return member


@pytest.fixture
def new_product(staff: Staff) -> Iterator[Callable[..., Json]]:
    """`new_product(stock=5)`: offered while the test lasts."""
    offered: list[Json] = []

    def add(*, stock: int, price: str = "19.90") -> Json:
        offered.append(staff.adds_product(stock=stock, price=price))
        return offered[-1]

    yield add
    for product in offered:
        staff.answer("DELETE", "order_service", f"/api/products/{product['id']}/")


@pytest.fixture
def product(new_product: Callable[..., Json]) -> Json:
    return new_product(stock=10)


@pytest.fixture
def mails_to(target: Target) -> Mails:
    mailbox = Mailbox(target.mail_api)
    return lambda customer: mailbox.letters_to(customer.email)


@pytest.fixture(autouse=True)
def report(request: pytest.FixtureRequest, target: Target, clients: list[Client]) -> Iterator[None]:
    """After a failure, keep the requests and the logs under reports/e2e, and show their last lines."""
    yield
    if getattr(request.node, "failed", False):
        folder = REPORTS / f"{request.node.name}-{secrets.token_hex(2)}"
        for name, text in _evidence(target, clients).items():
            _keep(folder / name, text)
            last = "\n".join(text.splitlines()[-LINES_SHOWN:])
            request.node.add_report_section("call", f"{folder.name}/{name}", last)
        _say(f"kept in {folder.relative_to(ROOT)}")


def _evidence(target: Target, clients: list[Client]) -> dict[str, str]:
    requests = [exchange for client in clients for exchange in client.exchanges]
    lines = [
        f"{one.status} {one.method} {one.url} in {one.seconds:.3f} s, request id {one.request_id}" for one in requests
    ]
    logs = {f"{service.name}.log": target.log_of(service.name) for service in SERVICES if target.has_logs}
    return {**logs, "requests.txt": "\n".join(lines)}


def _keep(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
