"""What happens to an account reaches the other services."""

from scripts.shop.customer import VALID_CARD
from servicekit.testing import eventually

EFFECT_WITHIN = 15


class TestAccounts:
    def test_signing_out_ends_the_session_at_every_service(self, customer):
        customer.signs_out()

        assert status_at_users(customer) == 401
        eventually(lambda: status_at_orders(customer) == 401, within=EFFECT_WITHIN)
        eventually(lambda: status_at_notifications(customer) == 401, within=EFFECT_WITHIN)

    def test_a_changed_name_is_in_the_next_mail(self, customer, product, mails_to):
        customer.changes_profile(first_name="Ada")
        first = customer.orders(product)
        eventually(lambda: greeted_as("Ada", mails_to(customer), first), within=EFFECT_WITHIN)

        customer.changes_profile(first_name="Grace")
        second = customer.orders(product)

        eventually(lambda: greeted_as("Grace", mails_to(customer), second), within=EFFECT_WITHIN)

    def test_the_pending_orders_of_a_deleted_user_are_cancelled(self, customer, staff, product):
        pending, paid = customer.orders(product, quantity=2), customer.orders(product)
        customer.pays_with(VALID_CARD, order=paid)

        customer.deletes_the_account()

        eventually(
            lambda: (
                statuses(staff.sees_orders_of(customer.user_id))
                == {pending["id"]: "cancelled", paid["id"]: "confirmed"}
            ),
            within=EFFECT_WITHIN,
        )
        assert staff.request("GET", "order_service", f"/api/products/{product['id']}/")["stock_quantity"] == 9
        eventually(lambda: status_at_orders(customer) == 401, within=EFFECT_WITHIN)


def status_at_users(customer):
    return customer.answer("GET", "user_service", f"/api/users/{customer.user_id}/").status_code


def status_at_orders(customer):
    return customer.answer("GET", "order_service", "/api/orders/").status_code


def status_at_notifications(customer):
    path = f"/api/users/{customer.user_id}/notifications/"
    return customer.answer("GET", "notification_service", path).status_code


def greeted_as(name, mails, order):
    about_it = [mail for mail in mails if mail.subject == f"Your order {order['id']}"]
    return [mail for mail in about_it if mail.text.startswith(f"Hello {name},")]


def statuses(orders):
    return {order["id"]: order["status"] for order in orders}
