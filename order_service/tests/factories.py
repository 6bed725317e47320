"""Test data: a test names the values that matter, as in `OrderFactory(confirmed=True)`."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import factory
from factory.django import DjangoModelFactory

from order_service.clients.cards import Card
from order_service.models import Address, Order, OrderLine, Payment, Product

ALICE, BOB, MALLORY = 7, 8, 666
MONDAY_NOON = datetime(2026, 11, 16, 12, tzinfo=UTC)
"""The time of tests. Rows of factories have earlier times, each another one."""
AN_ADDRESS = Address(street="1 Main Street", city="Springfield", state="OR", zip_code="97477", country="US")
BILLING_ADDRESS = Address(street="22 Bank Street", city="Portland", state="ME", zip_code="04101", country="US")
# The digits differ in every group, so that a test notices when the wrong ones are taken as the last four.
GOOD_CARD = Card("4539148803436467", expiry_month=11, expiry_year=2030, cvv="737", billing_address=BILLING_ADDRESS)
ANOTHER_GOOD_CARD = replace(GOOD_CARD, number="5425233430109903", cvv="258")
DECLINED_CARD = replace(GOOD_CARD, number="4000000000000002", cvv="916")


def before_noon(*, minutes: int) -> datetime:
    return MONDAY_NOON - timedelta(minutes=minutes)


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
        confirmed = factory.Trait(status=Order.Status.CONFIRMED, confirmed_at=before_noon(minutes=7))
        shipped = factory.Trait(
            status=Order.Status.SHIPPED, confirmed_at=before_noon(minutes=7), shipped_at=before_noon(minutes=2)
        )
        cancelled = factory.Trait(
            status=Order.Status.CANCELLED,
            cancelled_at=before_noon(minutes=1),
            cancellation_reason=Order.Reason.CUSTOMER,
        )

    user_id = ALICE
    total = Decimal("40.00")
    shipping_address = AN_ADDRESS
    created_at = before_noon(minutes=10)

    @factory.post_generation
    def lines(self, create, extracted):
        for product, quantity in extracted or [(ProductFactory(), 2)]:
            OrderLine.objects.create(
                order=self, product=product, name=product.name, quantity=quantity, price=product.price
            )


class PaymentFactory(DjangoModelFactory[Payment]):
    """A payment of a new order, in the state of the trait that is given."""

    class Meta:
        model = Payment

    class Params:
        completed = factory.Trait(status=Payment.Status.COMPLETED, settled_at=before_noon(minutes=7))
        processing = factory.Trait(status=Payment.Status.PROCESSING, claimed_until=before_noon(minutes=-1))
        stuck = factory.Trait(status=Payment.Status.PROCESSING, claimed_until=before_noon(minutes=1))
        failed = factory.Trait(status=Payment.Status.FAILED)
        refunding = factory.Trait(
            status=Payment.Status.REFUNDING, settled_at=before_noon(minutes=3), next_attempt_at=MONDAY_NOON
        )

    order = factory.SubFactory(OrderFactory)
    amount = factory.SelfAttribute("order.total")
    brand = "visa"
    last_four = GOOD_CARD.last_four
    started_at = before_noon(minutes=8)
    claimed_until = before_noon(minutes=6)
