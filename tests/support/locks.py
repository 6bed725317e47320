"""PostgreSQL's locks: who waits for one, and one that keeps others from writing."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from django.db import connection
from django.db.models import Model


def waiting_for_a_lock() -> int:
    """How many of the service's sessions wait until somebody else's transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")  # a transaction sees the same statistics all along
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return int(cursor.fetchone()[0])


@contextmanager
def nobody_may_change(model: type[Model]) -> Iterator[None]:
    """While the block lasts, rows of this model can be read and locked, and not be changed."""
    with psycopg.connect(**connection.get_connection_params()) as other:
        other.execute(f"LOCK TABLE {model._meta.db_table} IN SHARE MODE")
        yield
