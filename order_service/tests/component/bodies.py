"""What the API is sent and what it answers."""

from typing import Any

from order_service.tests.factories import ALICE, AN_ADDRESS, GOOD_CARD

PROBLEM = {"error", "code", "detail"}


def an_order(*items: Any, **changes: Any) -> dict[str, Any]:
    """An order of Alice's: `an_order((lamp, 2))`."""
    lines = [{"product_id": product.pk, "quantity": quantity} for product, quantity in items]
    return {"user_id": ALICE, "items": lines, "shipping_address": dict(AN_ADDRESS), **changes}


def a_payment(order_id: int, /, **changes: Any) -> dict[str, Any]:
    return {
        "order_id": order_id,
        "card_number": GOOD_CARD.number,
        "exp_month": GOOD_CARD.exp_month,
        "exp_year": GOOD_CARD.exp_year,
        "cvv": GOOD_CARD.cvv,
        **changes,
    }


def assert_problem(answer: Any, status: int, code: str) -> None:
    assert (answer.status_code, answer.json().get("code")) == (status, code), answer.content
    assert set(answer.json()) == PROBLEM
