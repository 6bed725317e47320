"""What a right answer has in it: a status alone can come from anything that speaks HTTP."""

from scripts.shop.client import Json, StepFailed
from scripts.shop.customer import Customer


def is_page_of_products(page: Json) -> None:
    _check(page["count"] >= len(page["results"]) > 0, "no products in the catalogue")
    _check(all(product["name"] and product["price"] for product in page["results"]), "a product without name or price")


def is_product(product: Json, wanted: int) -> None:
    _check(product["id"] == wanted, f"another product than {wanted}")
    _check(product["stock_quantity"] > 0, "a product of the load test is sold out")


def is_user(user: Json, customer: Customer) -> None:
    _check(user["username"] == customer.username, "another user than the one who registered")


def are_tokens(tokens: Json) -> None:
    _check(tokens["access_token"].count(".") == 2, "no JWT")
    _check(tokens["expires_in"] > 0, "a token that has expired")


def is_order_of(order: Json, product: Json) -> None:
    _check(order["status"] == "pending", "a new order that is not pending")
    _check([item["product_id"] for item in order["items"]] == [product["id"]], "an order of something else")
    _check(order["total"] == product["price"], "another total than the price of the only item")


def is_payment_of(payment: Json, order: Json) -> None:
    _check(payment["order_id"] == order["id"], "a payment of another order")
    _check(payment["status"] == "completed", "a payment that is not completed")


def is_confirmed(order: Json, placed: Json) -> None:
    _check(order["id"] == placed["id"], "another order")
    _check(order["status"] == "confirmed", "a paid order that is not confirmed")


def are_notifications(notifications: list[Json]) -> None:
    _check(isinstance(notifications, list), "no list of notifications")
    _check(all(one["type"] and one["message"] for one in notifications), "a notification without type or message")


def _check(right: bool, otherwise: str) -> None:
    if not right:
        raise StepFailed(otherwise)
