"""How much one customer may hold without having paid: nobody else can buy what is held."""

from collections.abc import Sequence

from django.conf import settings
from django.db.models import Count, Sum

from order_service.exceptions import TooManyPendingOrders, TooManyUnpaidPieces
from order_service.models import Customer, Order
from order_service.services.catalogue import Line


def require_room(customer_id: int, lines: Sequence[Line]) -> None:
    """
    Check a customer's pending orders and one more with these lines, in the caller's transaction.

    :raises TooManyPendingOrders, TooManyUnpaidPieces: over MAX_PENDING_ORDERS or MAX_UNPAID_PIECES.
    """
    most_orders, most_pieces = settings.MAX_PENDING_ORDERS, settings.MAX_UNPAID_PIECES
    if not (most_orders or most_pieces):
        return
    # Concurrent orders of one customer wait here for each other, so that each counts the others.
    Customer.objects.lock(customer_id)
    pending = Order.objects.seen_by(customer_id).pending()
    held = pending.aggregate(orders=Count("pk", distinct=True), pieces=Sum("items__quantity", default=0))
    if most_orders and held["orders"] >= most_orders:
        raise TooManyPendingOrders(most_orders)
    wanted = held["pieces"] + sum(line.quantity for line in lines)
    if most_pieces and wanted > most_pieces:
        raise TooManyUnpaidPieces(wanted=wanted, limit=most_pieces)
