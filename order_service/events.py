"""The events that order_service publishes."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TypedDict

from order_service.models import Order
from servicekit.messages.events import Event


class Item(TypedDict):
    product_id: int
    name: str
    quantity: int
    price: Decimal


@dataclass(frozen=True)
class OrderEvent(Event):
    order_id: int
    user_id: int

    @property
    def subject(self) -> str:
        return str(self.order_id)


@dataclass(frozen=True)
class OrderPlaced(OrderEvent):
    """A customer placed an order; its pieces are reserved until it is paid or cancelled."""

    TYPE = "order.placed"

    total: Decimal
    items: list[Item]
    placed_at: datetime

    @classmethod
    def of(cls, order: Order) -> "OrderPlaced":
        return cls(
            order_id=order.pk,
            user_id=order.user_id,
            total=order.total,
            items=[
                Item(product_id=line.product_id, name=line.name, quantity=line.quantity, price=line.price)
                for line in order.lines
            ],
            placed_at=order.created_at,
        )


@dataclass(frozen=True)
class OrderConfirmed(OrderEvent):
    """An order was paid."""

    TYPE = "order.confirmed"

    total: Decimal
    confirmed_at: datetime


@dataclass(frozen=True)
class OrderShipped(OrderEvent):
    """An order was handed to the carrier."""

    TYPE = "order.shipped"

    shipped_at: datetime


@dataclass(frozen=True)
class OrderCancelled(OrderEvent):
    """An order was cancelled; its pieces are in stock again. `reason` is one of `Order.Reason`."""

    TYPE = "order.cancelled"

    reason: str
    cancelled_at: datetime
