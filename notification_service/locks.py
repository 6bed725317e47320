"""Locks that the database releases by itself when their owner is gone."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from uuid import UUID

from django.db import DatabaseError, InterfaceError, connection


@contextmanager
def advisory_lock(key: UUID) -> Iterator[bool | None]:
    """
    Try to hold a lock while the block lasts; give True, or False when another process holds it.

    On PostgreSQL an advisory lock of the session, outside transactions: it ends with the block or with the connection,
    so also when a worker is killed. None on other databases, which have no such locks.
    https://www.postgresql.org/docs/current/explicit-locking.html#ADVISORY-LOCKS
    """
    if connection.vendor != "postgresql":
        yield None
        return
    number = int.from_bytes(key.bytes[:8], signed=True)
    held = _ask("SELECT pg_try_advisory_lock(%s)", number)
    try:
        yield held
    finally:
        if held:
            # When the connection is lost, so is the lock.
            with suppress(DatabaseError, InterfaceError):
                _ask("SELECT pg_advisory_unlock(%s)", number)


def _ask(question: str, number: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(question, [number])
        return bool(cursor.fetchone()[0])
