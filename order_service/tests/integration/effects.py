"""What a test waits for, and counts."""

from order_service.models import InboxMessage, OutboxMessage, Product
from servicekit.messages.events import Envelope


def stock_of(product: Product) -> int:
    return Product.objects.get(pk=product.pk).stock_quantity


def announced(order_id: int) -> list[str]:
    """What was said of an order, oldest first, published or not."""
    said = OutboxMessage.objects.filter(kind="event", body__contains=f'"order_id": {order_id},').order_by("id")
    return list(said.values_list("name", flat=True))


def is_handled(envelope: Envelope) -> bool:
    """Whether an event has changed what it had to change: its inbox row is of the same transaction."""
    return InboxMessage.objects.filter(message_id=envelope.id).exists()
