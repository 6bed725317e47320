"""
Checks whether a server answers and is new enough.

Each probe takes the server's addresses, returns its version, and raises Unusable within a few seconds.
The oldest versions, and why:

- PostgreSQL 14: the oldest that Django 5.2 supports.
- Redis 6.2: the oldest that redis-py still tests against.
- RabbitMQ 3.10: Celery's delayed delivery lets messages expire in quorum queues and dead-letters them
  at least once; both came with 3.10 (https://www.rabbitmq.com/docs/quorum-queues#dead-lettering).
"""

import smtplib
from typing import Any
from urllib.parse import unquote, urlsplit

from tests.support.addresses import without_password
from tests.support.errors import Unusable

TIMEOUT_SECONDS = 3.0
OLDEST = {"PostgreSQL": (14,), "Redis": (6, 2), "RabbitMQ": (3, 10)}


def postgres(url: str) -> str:
    import psycopg

    try:
        with psycopg.connect(url, connect_timeout=int(TIMEOUT_SECONDS)) as connection:
            number = connection.info.server_version
    except (psycopg.Error, ValueError) as error:
        raise Unusable(f"PostgreSQL at {without_password(url)}: {_one_line(error)}") from error
    return new_enough("PostgreSQL", f"{number // 10000}.{number % 10000}")


def redis(url: str) -> str:
    from redis import Redis, RedisError
    from redis.backoff import NoBackoff
    from redis.retry import Retry

    once = Retry(NoBackoff(), retries=0)
    try:
        with Redis.from_url(
            # Protocol 2, in which old servers can say their version.
            url,
            protocol=2,
            socket_connect_timeout=TIMEOUT_SECONDS,
            socket_timeout=TIMEOUT_SECONDS,
            retry=once,
        ) as client:
            version = client.info("server")["redis_version"]
    except (RedisError, OSError, ValueError) as error:
        raise Unusable(f"Redis at {without_password(url)}: {_one_line(error)}") from error
    return new_enough("Redis", version)


def rabbitmq(url: str, api: str) -> str:
    import amqp
    import requests

    from tests.support.http import session

    where = urlsplit(url)
    try:
        connection: Any = amqp.Connection(
            host=f"{where.hostname}:{where.port or 5672}",
            userid=unquote(where.username or "guest"),
            password=unquote(where.password or "guest"),
            virtual_host=unquote(where.path[1:]) or "/",
            connect_timeout=TIMEOUT_SECONDS,
            read_timeout=TIMEOUT_SECONDS,
        )
        connection.connect()
        version = connection.server_properties["version"]
        connection.close()
    except (amqp.AMQPError, OSError, ValueError) as error:
        raise Unusable(f"RabbitMQ at {without_password(url)}: {_one_line(error)}") from error
    try:
        session.get(f"{api}/api/overview", timeout=TIMEOUT_SECONDS).raise_for_status()
    except (requests.RequestException, ValueError) as error:
        raise Unusable(
            f"RabbitMQ's HTTP API at {without_password(api)}: {_one_line(error)} "
            "(is the plugin rabbitmq_management enabled?)"
        ) from error
    return new_enough("RabbitMQ", version)


def mail(smtp: str, api: str) -> str:
    import requests

    from tests.support.http import session

    where = urlsplit(smtp)
    try:
        with smtplib.SMTP(where.hostname or "", where.port or 25, timeout=TIMEOUT_SECONDS) as client:
            client.noop()
    except (smtplib.SMTPException, OSError, ValueError) as error:
        raise Unusable(f"Mail server at {smtp}: {_one_line(error)}") from error
    try:
        session.get(f"{api}/api/v1/messages", params={"limit": 1}, timeout=TIMEOUT_SECONDS).raise_for_status()
    except (requests.RequestException, ValueError) as error:
        raise Unusable(f"Mail catcher's API at {without_password(api)}: {_one_line(error)}") from error
    return ""


def new_enough(program: str, version: str) -> str:
    """
    The version, when it is new enough.

    :raises Unusable: it is too old.
    """
    numbers = tuple(int(number) for number in version.split(".")[:2] if number.isdigit())
    if numbers < OLDEST[program]:
        oldest = ".".join(map(str, OLDEST[program]))
        raise Unusable(f"{program} {version} is too old: the shop needs {oldest} or newer")
    return version


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())[:300] or type(error).__name__
