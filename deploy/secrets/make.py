"""
Creates the secrets of the shop in containers, once, so that no file of the repository has any.

Each folder is a volume of the containers that need it. A production system has a store for its secrets; the variables
are described in docs/production.md.
"""

import secrets
from pathlib import Path

from user_service.keys import load_or_make

MADE = Path("/made")
SERVICES = ("user", "order", "notification")
DONE = MADE / "servers" / "done"


def main() -> None:
    if DONE.exists():
        print("the secrets exist already")  # noqa: T201 - what `docker compose logs secrets` shows
        return
    broker = keep("servers", "rabbitmq", secrets.token_urlsafe(32))
    keep("servers", "postgres", secrets.token_urlsafe(32))
    clients = {service: secrets.token_urlsafe(32) for service in SERVICES}
    for service in SERVICES:
        database = keep("servers", f"{service}_service", secrets.token_urlsafe(32))
        keep(service, "database-url", f"postgresql://{service}_service:{database}@postgres:5432/{service}_service")
        keep(service, "broker-url", f"amqp://shop:{broker}@rabbitmq:5672/shop")
        keep(service, "secret-key", secrets.token_urlsafe(64))
        keep(service, "client-secret", clients[service])
    keep("user", "clients", ",".join(f"{service}_service={secret}" for service, secret in clients.items()))
    load_or_make(MADE / "user" / "jwt.pem")
    readable(MADE / "user" / "jwt.pem")
    DONE.touch()


def keep(folder: str, name: str, value: str) -> str:
    file = MADE / folder / name
    file.write_text(value)
    readable(file)
    return value


def readable(file: Path) -> None:
    """For every user: each image has another one."""
    file.chmod(0o444)


main()
