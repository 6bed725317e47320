"""
The environments that the end-to-end tests run against: `native`, `docker`, or the URL of a shop that already runs.

The process that pytest began with opens the target and describes it in its environment, where the processes of
pytest-xdist find it.
"""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import pytest

from scripts.shop import ports
from scripts.shop.project import GATEWAY, MAIL, ROLES, SERVICES, run_dir

VARIABLE = "E2E_OPEN_TARGET"
# All customers of the tests come from one address.
THROTTLES = ("THROTTLE_LOGIN", "THROTTLE_REGISTER", "THROTTLE_MAIL", "THROTTLE_ORDERS", "THROTTLE_DEFAULT")
LIMITS = dict.fromkeys(THROTTLES, "10000/min")
STAFF = ("E2E_STAFF_USERNAME", "E2E_STAFF_PASSWORD")
MAIL_API = "E2E_MAIL_API_URL"


@dataclass(frozen=True)
class Target:
    """
    A running shop.

    :param kind: what was asked for: native, docker or a URL.
    :param url: the gateway, which is all that a customer meets.
    :param staff: user name and password of a staff account.
    :param mail_api: the URL of a mail catcher with Mailpit's API.
    :param logs: the folder with a log for each process; empty where Docker or somebody else keeps them.
    """

    kind: str
    url: str
    staff: tuple[str, str]
    mail_api: str
    logs: str = ""

    @property
    def urls(self) -> Mapping[str, str]:
        return {service.name: self.url for service in SERVICES}

    @property
    def has_logs(self) -> bool:
        return self.kind in {"native", "docker"}

    def log_of(self, service: str) -> str:
        """The text of the logs of a service's processes."""
        if self.logs:
            files = sorted(Path(self.logs).glob(f"{service}-*.log"))
            return "".join(file.read_text(errors="replace") for file in files)
        from scripts.shop.compose import COMPOSE

        names = (f"{service.removesuffix('_service')}-{role}" for role in ROLES)
        command = [*COMPOSE, "logs", "--no-color", *names]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout

    @classmethod
    def from_environment(cls) -> "Target":
        values = json.loads(os.environ[VARIABLE])
        return cls(**{**values, "staff": tuple(values["staff"])})


@contextmanager
def opened(kind: str) -> Iterator[Target]:
    """
    Start the shop where it does not run yet, and stop it afterwards.

    :raises pytest.UsageError: it cannot be had; says why, and what to do.
    """
    os.environ.update(LIMITS)
    with {"native": _native, "docker": _docker}.get(kind, _running)(kind) as target:
        os.environ[VARIABLE] = json.dumps(asdict(target))
        try:
            yield target
        finally:
            del os.environ[VARIABLE]


@contextmanager
def _native(kind: str) -> Iterator[Target]:
    from scripts.shop.errors import CannotRun
    from scripts.shop.native import native
    from scripts.shop.running import Shop

    folder = run_dir() / "e2e"
    chosen = ports.free([*SERVICES, GATEWAY])
    if not shutil.which("nginx"):
        raise pytest.UsageError("The shop's gateway is nginx, and this machine has none: apt-get install nginx-light")
    try:
        with (
            native(folder, chosen) as infrastructure,
            Shop(infrastructure, ports=chosen, folder=folder, stop=lambda: None) as shop,
        ):
            shop.start()
            mail_api = shop.mailbox.partition("/api/")[0]
            yield Target(kind, shop.gateway, staff=shop.staff, mail_api=mail_api, logs=shop.logs)
    except CannotRun as error:
        raise pytest.UsageError(str(error)) from error


@contextmanager
def _docker(kind: str) -> Iterator[Target]:
    from scripts.shop.compose import ComposeShop
    from scripts.shop.errors import CannotRun

    chosen = ports.free([GATEWAY, MAIL])
    try:
        with ComposeShop(ports=chosen, folder=run_dir() / "e2e", stop=lambda: None) as shop:
            shop.start()
            yield Target(kind, shop.gateway, staff=shop.staff, mail_api=shop.mailbox)
    except CannotRun as error:
        raise pytest.UsageError(str(error)) from error


@contextmanager
def _running(kind: str) -> Iterator[Target]:
    if not kind.startswith(("http://", "https://")):
        raise pytest.UsageError(f"--target is native, docker or the URL of a running shop, not {kind!r}")
    if missing := [name for name in (*STAFF, MAIL_API) if not os.environ.get(name)]:
        raise pytest.UsageError(
            f"To test {kind}, set {', '.join(missing)}: the sign-in of a staff account there, and the URL of its mail "
            "catcher (Mailpit's API)."
        )
    username, password = (os.environ[name] for name in STAFF)
    yield Target(kind, kind.rstrip("/"), staff=(username, password), mail_api=os.environ[MAIL_API].rstrip("/"))
