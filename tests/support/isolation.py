"""A place of one's own on shared servers: a database, a virtual host, a numbered Redis database."""

import subprocess
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

import psycopg
import requests
from psycopg import sql
from redis import Redis

from tests.support.errors import ServersUnavailable

REDIS_LEASE = 6 * 60 * 60  # seconds after which a crashed run's Redis database may be taken by others


class Databases:
    """PostgreSQL's databases. The first connection shows whether the account may create them."""

    def __init__(self, url: str):
        self.url = url

    def url_of(self, name: str) -> str:
        return urlunsplit(urlsplit(self.url)._replace(path=f"/{name}"))

    def create(self, name: str, *, template: str | None = None) -> str:
        """Make a database, copied from a template (some 50 ms) or empty, and give its address."""
        copied = sql.SQL(" TEMPLATE {}").format(sql.Identifier(template)) if template else sql.SQL("")
        self._run(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)) + copied)
        return self.url_of(name)

    def create_migrated(self, name: str, *, command: list[str], environment: dict[str, str]) -> str:
        """
        Make a database and bring it to the newest migration, to be copied from.

        :param command: what migrates, such as `python -m order_service migrate`.
        :raises ServersUnavailable: the migrations fail; the text has what they said.
        """
        url = self.create(name)
        ended = subprocess.run(
            command, env=environment | {"DATABASE_URL": url}, capture_output=True, text=True, check=False
        )
        if ended.returncode:
            said = "\n".join((ended.stdout + ended.stderr).splitlines()[-20:])
            raise ServersUnavailable(f"`{' '.join(command)}` failed on PostgreSQL:\n{said}")
        return url

    def drop(self, name: str) -> None:
        """Remove a database, also when somebody is still connected."""
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
    """A broker to oneself. `queues()` and the rest look at it from outside, over RabbitMQ's HTTP API."""

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
        """How many messages wait in a queue, ready or unacknowledged, as the broker counts now (not every 5 s)."""
        import amqp

        with self._connection() as connection:
            try:
                waiting: int = connection.channel().queue_declare(queue, passive=True).message_count
            except amqp.NotFound:
                return 0
            return waiting

    def empty(self) -> None:
        """Throw away what waits in every queue."""
        with self._connection() as connection:
            channel = connection.channel()
            for queue in self.queues():
                channel.queue_purge(queue)

    def close_connections(self) -> None:
        """What a broker does to its clients when it is restarted."""
        for connection in self._call("GET", f"vhosts/{self.name}/connections"):
            self._call("DELETE", f"connections/{quote(connection['name'], safe='')}")

    def _connection(self) -> Any:
        import amqp

        where = urlsplit(self.url)
        return amqp.Connection(
            host=f"{where.hostname}:{where.port or 5672}",
            userid=where.username or "",
            password=where.password or "",
            virtual_host=self.name,
            connect_timeout=5,
        )

    def _call(self, method: str, path: str, **options: Any) -> Any:
        answer = requests.request(method, f"{self.api}/api/{path}", timeout=10, **options)
        if answer.status_code == 404 and method == "DELETE":
            return None
        answer.raise_for_status()
        return answer.json() if answer.content else None


def take_redis_database(url: str, *, owner: str) -> str:
    """
    Reserve one of Redis's numbered databases and give its address, empty. Number 0 keeps the reservations.

    :raises ServersUnavailable: all are taken.
    """
    with Redis.from_url(url, decode_responses=True) as redis:
        count = int(redis.config_get("databases")["databases"])
        for number in range(1, count):
            if redis.set(f"shop-tests:database:{number}", owner, nx=True, ex=REDIS_LEASE):
                mine = urlunsplit(urlsplit(url)._replace(path=f"/{number}"))
                _flush(mine)
                return mine
    raise ServersUnavailable(f"all {count} databases of Redis are taken (keys shop-tests:database:* in database 0)")


def give_back_redis_databases(url: str, *, owner: str) -> None:
    with Redis.from_url(url, decode_responses=True) as redis:
        for key in redis.scan_iter("shop-tests:database:*"):
            if redis.get(key) == owner:
                _flush(urlunsplit(urlsplit(url)._replace(path=f"/{key.rpartition(':')[2]}")))
                redis.delete(key)


def _flush(url: str) -> None:
    with Redis.from_url(url) as redis:
        redis.flushdb()
