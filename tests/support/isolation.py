"""Isolation on shared servers: a PostgreSQL database, a RabbitMQ virtual host and a Redis database for each run."""

import subprocess
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

import psycopg
from kombu import Connection
from psycopg import sql
from redis import Redis

from tests.support.errors import ServersUnavailable
from tests.support.http import session

RESERVED_SECONDS = 6 * 60 * 60  # then the Redis database of a crashed run may be taken by another run


class Databases:
    """The databases of a PostgreSQL server."""

    def __init__(self, url: str):
        self.url = url

    def url_of(self, name: str) -> str:
        return urlunsplit(urlsplit(self.url)._replace(path=f"/{name}"))

    def create(self, name: str, *, template: str | None = None) -> str:
        """Create a database, copied from a template or empty, and return its URL."""
        copied = sql.SQL(" TEMPLATE {}").format(sql.Identifier(template)) if template else sql.SQL("")
        self._run(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)) + copied)
        return self.url_of(name)

    def create_migrated(self, name: str, *, command: list[str], environment: dict[str, str]) -> str:
        """
        Create a database with the newest migration, as a template.

        :param command: such as `python -m order_service migrate`.
        :raises ServersUnavailable: the migrations fail; the text has their output.
        """
        url = self.create(name)
        ended = subprocess.run(
            command, env=environment | {"DATABASE_URL": url}, capture_output=True, text=True, check=False
        )
        if ended.returncode:
            output = "\n".join((ended.stdout + ended.stderr).splitlines()[-20:])
            raise ServersUnavailable(f"`{' '.join(command)}` failed on PostgreSQL:\n{output}")
        return url

    def drop(self, name: str) -> None:
        """Delete a database, also when somebody is still connected."""
        self._run(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def drop_all(self, prefix: str) -> None:
        with psycopg.connect(self.url) as connection:
            rows = connection.execute(
                "SELECT datname FROM pg_database WHERE starts_with(datname, %s) OR starts_with(datname, %s)",
                [prefix, f"test_{prefix}"],
            ).fetchall()
        for (name,) in rows:
            self.drop(name)

    def _run(self, statement: sql.Composed) -> None:
        with psycopg.connect(self.url, autocommit=True, connect_timeout=5) as connection:
            connection.execute(statement)


@dataclass(frozen=True)
class VirtualHost:
    """A virtual host of a RabbitMQ server, created, examined and deleted over its HTTP API."""

    url: str
    api: str
    name: str

    @classmethod
    def create(cls, *, url: str, api: str, name: str) -> "VirtualHost":
        host = cls(urlunsplit(urlsplit(url)._replace(path=f"/{name}")), api, name)
        host._call("PUT", f"vhosts/{name}", json={"default_queue_type": "quorum"})
        account = quote(urlsplit(url).username or "guest", safe="")
        host._call("PUT", f"permissions/{name}/{account}", json={"configure": ".*", "write": ".*", "read": ".*"})
        return host

    def drop(self) -> None:
        self._call("DELETE", f"vhosts/{self.name}")

    def queues(self) -> list[str]:
        return [queue["name"] for queue in self._call("GET", f"queues/{self.name}")]

    def messages_in(self, queue: str) -> int:
        """How many messages are in a queue now, ready or unacknowledged; the HTTP API counts only every 5 s."""
        with Connection(self.url, connect_timeout=5) as connection:
            channel: Any = connection.channel()
            try:
                return int(channel.queue_declare(queue, passive=True).message_count)
            except connection.channel_errors:  # there is no such queue
                return 0

    def empty(self) -> None:
        """Delete the messages of every queue."""
        with Connection(self.url, connect_timeout=5) as connection:
            channel: Any = connection.channel()
            for queue in self.queues():
                channel.queue_purge(queue)

    def close_connections(self) -> None:
        """Close the connections of all clients, as a restart of the broker does."""
        for connection in self._call("GET", f"vhosts/{self.name}/connections"):
            self._call("DELETE", f"connections/{quote(connection['name'], safe='')}")

    def _call(self, method: str, path: str, **options: Any) -> Any:
        answer = session.request(method, f"{self.api}/api/{path}", timeout=10, **options)
        if answer.status_code == 404 and method == "DELETE":
            return None
        answer.raise_for_status()
        return answer.json() if answer.content else None


def take_redis_database(url: str, *, owner: str) -> str:
    """
    Reserve one of Redis's databases, and return its URL; it is empty. The reservations are in database 0.

    :raises ServersUnavailable: all are reserved.
    """
    with Redis.from_url(url, decode_responses=True) as redis:
        count = int(redis.config_get("databases")["databases"])
        for number in range(1, count):
            if redis.set(f"shop-tests:database:{number}", owner, nx=True, ex=RESERVED_SECONDS):
                mine = urlunsplit(urlsplit(url)._replace(path=f"/{number}"))
                _flush(mine)
                return mine
    raise ServersUnavailable(f"all {count} databases of Redis are reserved (keys shop-tests:database:* in database 0)")


def release_redis_databases(url: str, *, owner: str) -> None:
    with Redis.from_url(url, decode_responses=True) as redis:
        for key in redis.scan_iter("shop-tests:database:*"):
            if redis.get(key) == owner:
                _flush(urlunsplit(urlsplit(url)._replace(path=f"/{key.rpartition(':')[2]}")))
                redis.delete(key)


def _flush(url: str) -> None:
    with Redis.from_url(url) as redis:
        redis.flushdb()
