"""What a test waits for, and counts."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import psycopg
import requests
from django.db import connection

from servicekit.tokens import PublishedKeys, verify
from tests.support.processes import Process
from user_service.models import OutboxMessage


def announced(user_id: int) -> list[str]:
    """What was said of a user, oldest first, published or not."""
    said = OutboxMessage.objects.filter(kind="event", body__regex=rf'"user_id": {user_id}\y').order_by("id")
    return list(said.values_list("name", flat=True))


def waiting_for_a_lock() -> int:
    """How many of the service's sessions wait until somebody else's transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")  # a transaction sees the same statistics all along
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return int(cursor.fetchone()[0])


def saying(process: Process, text: str) -> Callable[[], bool]:
    """A probe: did the process say this since now?"""
    before = process.times_said(text)
    return lambda: process.times_said(text) > before


@contextmanager
def nobody_may_mark() -> Iterator[None]:
    """While the block lasts, the outbox can be read and locked, and not be changed."""
    with psycopg.connect(**connection.get_connection_params()) as other:
        other.execute(f"LOCK TABLE {OutboxMessage._meta.db_table} IN SHARE MODE")
        yield


def proven(token: str, *, by: Process) -> tuple[str, set[str]]:
    """Whom a token speaks for, and its scopes, by the keys that a web server publishes."""
    keys = PublishedKeys(lambda: requests.get(f"{by.url}/.well-known/jwks.json", timeout=10).json())
    principal = verify(token, keys, now=datetime.now(UTC))
    return principal.name, set(principal.scopes)
