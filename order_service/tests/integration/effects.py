"""Effects that tests wait for, and count."""

from order_service.models import InboxMessage, OutboxMessage, Product
from servicekit.messages.events import Envelope


def stock_of(product: Product) -> int:
    return Product.objects.get(pk=product.pk).stock_quantity


def event_types(order_id: int) -> list[str]:
    """The types of the events about an order, oldest first, published or not."""
    events = OutboxMessage.objects.filter(kind="event", body__contains=f'"order_id": {order_id},').order_by("id")
    return list(events.values_list("name", flat=True))


def is_handled(envelope: Envelope) -> bool:
    """Whether an event has had its effect: its inbox row is written in the same transaction."""
    return InboxMessage.objects.filter(message_id=envelope.id).exists()
