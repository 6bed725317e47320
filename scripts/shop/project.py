"""What the scripts know of the project: its folders, its services, the processes of a service."""

import os
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def run_dir() -> Path:
    """Where all state lives: databases, broker, mail, logs, keys."""
    return Path(os.environ.get("RUN_DIR") or ROOT / ".run").absolute()


@dataclass(frozen=True)
class Service:
    name: str
    default_port: int
    seed: str | None = None
    """The management command that fills an empty database, safe to repeat."""

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
"""The one address before all services, where the shop stands behind nginx: GATEWAY_PORT."""
MAIL = Service("mail", 8025)
"""The page of the mail catcher in Docker: MAIL_PORT."""

ROLES = {"web": ("serve",), "relay": ("relay",), "worker": ("worker", "--beat")}
"""What each service runs, in the order in which they end: first no new requests, at last the work in hand."""
