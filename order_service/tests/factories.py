"""Test data. `OrderFactory(confirmed=True)` says what matters; the rest is made up."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import factory
from factory.django import DjangoModelFactory

from order_service.clients.cards import Card
from order_service.models import Address, Order, OrderLine, Payment, Product

ALICE, BOB, MALLORY = 7, 8, 666
MONDAY_NOON = datetime(2026, 11, 16, 12, tzinfo=UTC)
AN_ADDRESS = Address(street="1 Main Street", city="Springfield", state="OR", zip_code="97477", country="US")
GOOD_CARD = Card(number="4111111111111111", exp_month=12, exp_year=2030, cvv="737")
ANOTHER_GOOD_CARD = Card(number="5555555555554444", exp_month=12, exp_year=2030, cvv="737")
EMPTY_CARD = Card(number="4000000000000002", exp_month=12, exp_year=2030, cvv="737")


class ProductFactory(DjangoModelFactory[Product]):
    class Meta:
        model = Product

    class Params:
        retired = factory.Trait(retired_at=MONDAY_NOON)

    name = factory.Sequence(lambda n: f"Lamp {n}")
    description = "It gives light."
    price = Decimal("20.00")
    stock_quantity = 10


class OrderFactory(DjangoModelFactory[Order]):
    """Two lamps for Alice, pending. `OrderFactory(lines=[(lamp, 3)])` for others."""

    class Meta:
        model = Order
        skip_postgeneration_save = True

    class Params:
        confirmed = factory.Trait(status=Order.Status.CONFIRMED, confirmed_at=MONDAY_NOON)
        shipped = factory.Trait(status=Order.Status.SHIPPED, shipped_at=MONDAY_NOON)
        cancelled = factory.Trait(
            status=Order.Status.CANCELLED, cancelled_at=MONDAY_NOON, cancellation_reason=Order.Reason.CUSTOMER
        )

    user_id = ALICE
    total = Decimal("40.00")
    shipping_address = AN_ADDRESS
    created_at = MONDAY_NOON

    @factory.post_generation
    def lines(self, create, extracted):
        for product, quantity in extracted or [(ProductFactory(), 2)]:
            OrderLine.objects.create(
                order=self, product=product, name=product.name, quantity=quantity, price=product.price
            )


class PaymentFactory(DjangoModelFactory[Payment]):
    """A payment that paid. `PaymentFactory(stuck=True)`: nobody is at it any more, and nobody knows how it ended."""

    class Meta:
        model = Payment

    class Params:
        completed = factory.Trait(status=Payment.Status.COMPLETED, settled_at=MONDAY_NOON)
        processing = factory.Trait(status=Payment.Status.PROCESSING, claimed_until=MONDAY_NOON + timedelta(seconds=60))
        stuck = factory.Trait(status=Payment.Status.PROCESSING, claimed_until=MONDAY_NOON - timedelta(seconds=60))
        failed = factory.Trait(status=Payment.Status.FAILED)
        refunding = factory.Trait(status=Payment.Status.REFUNDING, settled_at=MONDAY_NOON)
        refund_lost = factory.Trait(status=Payment.Status.REFUNDING, settled_at=MONDAY_NOON - timedelta(hours=1))

    order = factory.SubFactory(OrderFactory)
    amount = factory.SelfAttribute("order.total")
    brand = "visa"
    last_four = "1111"
    claimed_until = MONDAY_NOON
