"""What a test waits for, and counts."""

from collections.abc import Callable

from django.db import connection

from order_service.models import InboxMessage, OutboxMessage, Product
from servicekit.events import Envelope
from tests.support.processes import Process


def stock_of(product: Product) -> int:
    return Product.objects.get(pk=product.pk).stock_quantity


def announced(order_id: int) -> list[str]:
    """What was said of an order, oldest first, published or not."""
    said = OutboxMessage.objects.filter(kind="event", body__contains=f'"order_id": {order_id},').order_by("id")
    return list(said.values_list("name", flat=True))


def is_handled(envelope: Envelope) -> bool:
    """Whether an event has changed what it had to change: its inbox row is of the same transaction."""
    return InboxMessage.objects.filter(message_id=envelope.id).exists()


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
