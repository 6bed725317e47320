"""PostgreSQL's locks."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from django.db import connection
from django.db.models import Model


def waiting_for_a_lock() -> int:
    """The number of sessions of the service's database that wait for a lock."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_stat_clear_snapshot()"
        )  # otherwise a transaction sees the same statistics until its end
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return int(cursor.fetchone()[0])


@contextmanager
def writes_blocked(model: type[Model]) -> Iterator[None]:
    """While this block lasts, rows of this model can be read and locked, but not written."""
    with psycopg.connect(**connection.get_connection_params()) as other:
        other.execute(f"LOCK TABLE {model._meta.db_table} IN SHARE MODE")
        yield
