"""The project's folders, its services, and the processes of a service."""

import os
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def run_dir() -> Path:
    """The folder of all state: databases, broker, mails, logs, keys."""
    return Path(os.environ.get("RUN_DIR") or ROOT / ".run").absolute()


@dataclass(frozen=True)
class Service:
    name: str
    default_port: int
    seed: str | None = None
    """The management command that fills the database; it can be repeated."""

    @property
    def port_variable(self) -> str:
        return f"{self.name.upper()}_PORT"

    @property
    def url_variable(self) -> str:
        return f"{self.name.upper()}_URL"


SERVICES = (
    Service("user_service", 8000, seed="seed_staff"),
    Service("order_service", 8001, seed="seed_catalogue"),
    Service("notification_service", 8002),
)

GATEWAY = Service("gateway", 8080)
"""nginx in front of the services."""
MAIL = Service("mail", 8025)
"""The web page of the mail catcher in Docker."""

ROLES = {"web": ("serve",), "relay": ("relay",), "worker": ("worker", "--beat")}
"""The processes of each service, in the order in which they end: requests first, tasks last."""
