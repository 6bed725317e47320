"""Knowing who is at work right now: a mark that the database takes away as soon as its owner is gone."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from uuid import UUID

from django.db import DatabaseError, InterfaceError, connection


@contextmanager
def alone_with(key: UUID) -> Iterator[bool | None]:
    """
    Mark something as in our hands while the block lasts: True, or False when it is in somebody else's.

    On PostgreSQL an advisory lock of the session, and no transaction: it ends with the block, or with our connection,
    so with a worker that is killed. Elsewhere None, for nobody can know.
    https://www.postgresql.org/docs/current/explicit-locking.html#ADVISORY-LOCKS
    """
    if connection.vendor != "postgresql":
        yield None
        return
    number = int.from_bytes(key.bytes[:8], signed=True)
    alone = _ask("SELECT pg_try_advisory_lock(%s)", number)
    try:
        yield alone
    finally:
        if alone:
            # Without its connection, the mark is gone already.
            with suppress(DatabaseError, InterfaceError):
                _ask("SELECT pg_advisory_unlock(%s)", number)


def _ask(question: str, number: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(question, [number])
        return bool(cursor.fetchone()[0])
