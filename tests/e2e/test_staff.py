"""A staff member's day."""

from scripts.shop.customer import VALID_CARD


class TestStaff:
    def test_changes_the_catalogue_and_ships_what_is_paid(self, customer, staff, new_product):
        lamp = new_product(stock=5, price="20.00")
        seen = customer.sees_product(lamp["id"])
        staff.changes_product(lamp, price="25.00")

        refused = customer.orders(seen, expected=409)
        order = customer.orders(customer.sees_product(lamp["id"]))
        too_early = staff.ships(order, expected=409)
        customer.pays_with(VALID_CARD, order=order)
        staff.ships(order)
        staff.retires_product(lamp)

        assert (refused["code"], too_early["code"]) == ("PRICE_CHANGED", "ORDER_NOT_CONFIRMED")
        assert [(one["id"], one["status"], one["total"]) for one in staff.sees_orders_of(customer.user_id)] == [
            (order["id"], "shipped", "25.00")
        ]
        assert customer.answer("GET", "order_service", f"/api/products/{lamp['id']}/").status_code == 404

    def test_has_rights_that_a_customer_has_not(self, customer, product):
        refused = customer.answer("PATCH", "order_service", f"/api/products/{product['id']}/", body={"price": "1.00"})

        assert refused.status_code == 403
        assert customer.sees_product(product["id"])["price"] == "19.90"
