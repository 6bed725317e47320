"""Request bodies, and checks of answers."""

from typing import Any

from order_service.clients.cards import Card
from order_service.tests.factories import ALICE, AN_ADDRESS, GOOD_CARD

PROBLEM = {"error", "code", "detail"}


def an_order(*items: Any, **changes: Any) -> dict[str, Any]:
    """An order of Alice, such as `an_order((lamp, 2))`."""
    lines = [{"product_id": product.pk, "quantity": quantity} for product, quantity in items]
    return {"user_id": ALICE, "items": lines, "shipping_address": dict(AN_ADDRESS), **changes}


def a_payment(order_id: int, /, card: Card = GOOD_CARD, **card_changes: Any) -> dict[str, Any]:
    """A payment with this card: `a_payment(1, cvv="12")` changes one of the card's details."""
    return {
        "order_id": order_id,
        "payment_method": "credit_card",
        "card_details": {
            "card_number": card.number,
            "expiry_month": card.expiry_month,
            "expiry_year": card.expiry_year,
            "cvv": card.cvv,
            **card_changes,
        },
        "billing_address": dict(card.billing_address),
    }


def assert_problem(answer: Any, status: int, code: str) -> None:
    assert (answer.status_code, answer.json().get("code")) == (status, code), answer.content
    assert set(answer.json()) == PROBLEM
