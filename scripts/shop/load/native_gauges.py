"""What a native shop shows beside its answers: its processes, its queues and its databases."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Any
from urllib.parse import urlsplit

import amqp
import psycopg

from scripts.shop.load.gauges import Gauge, Values
from scripts.shop.load.own_processes import OwnProcesses

QUEUES = ("events", "work")
DATABASE_SECONDS = 5.0

UNPUBLISHED = "SELECT count(*) FROM {}_outboxmessage WHERE published_at IS NULL"
CONNECTIONS = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
TABLES = "SELECT relname, pg_total_relation_size(relid) FROM pg_stat_user_tables"
MB = 2**20


@contextmanager
def gauges(environments: Mapping[str, Mapping[str, str]]) -> Iterator[list[Gauge]]:
    """:param environments: of each service, with DATABASE_URL and BROKER_URL."""
    with ExitStack() as stack:
        databases = {
            service: stack.enter_context(psycopg.connect(environment["DATABASE_URL"], autocommit=True))
            for service, environment in environments.items()
        }
        [broker] = {environment["BROKER_URL"] for environment in environments.values()}
        connection = stack.enter_context(_broker(broker))
        yield [
            Gauge(OwnProcesses().read),
            Gauge(lambda: _waiting(databases, connection)),
            Gauge(lambda: _databases(databases), every_seconds=DATABASE_SECONDS),
        ]


def _broker(url: str) -> Any:
    where = urlsplit(url)
    return amqp.Connection(
        host=f"{where.hostname}:{where.port}",
        userid=where.username or "",
        password=where.password or "",
        virtual_host=where.path.removeprefix("/"),
    )


def _waiting(databases: Mapping[str, psycopg.Connection], broker: Any) -> Values:
    waiting = {}
    for service, database in databases.items():
        waiting[f"{service} outbox"] = _number(database, UNPUBLISHED.format(service))
        for queue in QUEUES:
            if (messages := _messages(broker, f"{service}.{queue}")) is not None:
                waiting[f"{service}.{queue}"] = messages
    return {"waiting": waiting}


def _messages(broker: Any, queue: str) -> int | None:
    """None where there is no such queue."""
    channel = broker.channel()
    try:
        declared = channel.queue_declare(queue, passive=True)
    except amqp.NotFound:  # this also closes the channel
        return None
    channel.close()
    return int(declared.message_count)


def _databases(databases: Mapping[str, psycopg.Connection]) -> Values:
    return {
        "connections": {service: _number(database, CONNECTIONS) for service, database in databases.items()},
        "tables": {
            table: size / MB for database in databases.values() for table, size in database.execute(TABLES).fetchall()
        },
    }


def _number(database: psycopg.Connection, query: Any) -> float:
    row = database.execute(query).fetchone()
    return float(row[0]) if row else 0.0
