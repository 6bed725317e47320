"""/api/products/ and /api/products/{id}/: anyone may read, staff may change."""

from decimal import Decimal

import pytest

from order_service.models import Product
from order_service.tests.component.bodies import assert_problem
from order_service.tests.factories import OrderFactory, ProductFactory

pytestmark = pytest.mark.django_db
PRODUCTS = "/api/products/"


def names(answer):
    assert answer.status_code == 200, answer.content
    return [product["name"] for product in answer.json()["results"]]


class TestRead:
    @pytest.mark.parametrize("who", ["nobody", "alice", "staff", "service"])
    def test_anyone_gets_a_product(self, request, who, lamp):
        answer = request.getfixturevalue(who).get(f"{PRODUCTS}{lamp.pk}/")

        assert answer.status_code == 200
        assert answer.json() == {
            "id": lamp.pk,
            "name": "Lamp",
            "description": "It gives light.",
            "price": "20.00",
            "stock_quantity": 10,
        }

    def test_a_page_has_twenty_products_and_links_to_its_neighbours(self, nobody):
        ProductFactory.create_batch(21)

        first, second = nobody.get(PRODUCTS).json(), nobody.get(PRODUCTS, {"page": 2}).json()

        assert (first["count"], len(first["results"]), len(second["results"])) == (21, 20, 1)
        assert first["next"].endswith("?page=2")
        assert second["previous"].endswith(PRODUCTS)

    @pytest.mark.parametrize(("size", "shown"), [(1, 1), (100, 30), (1000, 30), (0, 20), ("x", 20)])
    def test_page_size_sets_the_number_of_products_up_to_100(self, nobody, size, shown):
        ProductFactory.create_batch(30)

        assert len(nobody.get(PRODUCTS, {"page_size": size}).json()["results"]) == shown

    @pytest.mark.parametrize("page", [0, -1, 2, "last page", "9" * 5000])
    def test_a_page_that_does_not_exist_is_404(self, nobody, page):
        assert_problem(nobody.get(PRODUCTS, {"page": page}), 404, "NOT_FOUND")

    def test_an_unknown_product_is_404(self, nobody):
        assert_problem(nobody.get(f"{PRODUCTS}4711/"), 404, "PRODUCT_NOT_FOUND")


class TestSearch:
    @pytest.fixture(autouse=True)
    def catalogue(self, db):
        ProductFactory(name="Desk lamp", description="Steel.", price=Decimal("39.90"), stock_quantity=1)
        ProductFactory(name="Floor lamp", description="Steel.", price=Decimal("89.00"), stock_quantity=2)
        ProductFactory(name="Chair", description="Goes with a lamp.", price=Decimal("89.00"), stock_quantity=3)

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ({}, ["Desk lamp", "Floor lamp", "Chair"]),
            ({"search": "LAMP"}, ["Desk lamp", "Floor lamp", "Chair"]),
            ({"search": "steel"}, ["Desk lamp", "Floor lamp"]),
            ({"name": "lamp"}, ["Desk lamp", "Floor lamp"]),
            ({"name": "100%_"}, []),
            ({"price__gte": "39.91"}, ["Floor lamp", "Chair"]),
            ({"price__lte": "39.9"}, ["Desk lamp"]),
            ({"price__gte": "1", "price__lte": "50", "name": "lamp"}, ["Desk lamp"]),
            ({"ordering": "-price"}, ["Floor lamp", "Chair", "Desk lamp"]),
            ({"ordering": "name"}, ["Chair", "Desk lamp", "Floor lamp"]),
            ({"ordering": "-stock_quantity"}, ["Chair", "Floor lamp", "Desk lamp"]),
            ({"ordering": "retired_at,-password"}, ["Desk lamp", "Floor lamp", "Chair"]),
        ],
    )
    def test_filters_and_ordering_select_the_products(self, nobody, query, found):
        assert names(nobody.get(PRODUCTS, query)) == found

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("price__gte", "cheap"),
            ("price__gte", "-1"),
            ("price__lte", "NaN"),
            ("price__lte", "1e999"),
            ("price__lte", "9" * 5000),
            ("search", "x" * 101),
            ("search", "a\0b"),
            ("name", "x" * 101),
        ],
    )
    def test_an_invalid_filter_is_400_and_named(self, nobody, name, value):
        answer = nobody.get(PRODUCTS, {name: value})

        assert answer.status_code == 400
        assert set(answer.json()) == {name}


class TestAdd:
    def test_staff_add_a_product(self, staff, nobody):
        answer = staff.post(PRODUCTS, {"name": "Lamp", "price": "20.00", "stock_quantity": 3})

        assert answer.status_code == 201
        assert answer.json() == nobody.get(f"{PRODUCTS}{answer.json()['id']}/").json()
        assert names(nobody.get(PRODUCTS)) == ["Lamp"]

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("name", ""),
            ("name", "x" * 201),
            ("name", None),
            ("name", ["Lamp"]),
            ("description", "x" * 5001),
            ("price", "0.00"),
            ("price", "-1.00"),
            ("price", "1.999"),
            ("price", "100000000.00"),
            ("price", "free"),
            ("price", True),
            ("stock_quantity", -1),
            ("stock_quantity", 2**31),
            ("stock_quantity", "1.5"),
            ("stock_quantity", {}),
        ],
    )
    def test_an_invalid_field_is_400_and_named(self, staff, field, value):
        answer = staff.post(PRODUCTS, {"name": "Lamp", "price": "20.00", field: value})

        assert (answer.status_code, set(answer.json())) == (400, {field})
        assert not Product.objects.exists()


class TestChange:
    def test_staff_change_a_price(self, staff, lamp):
        answer = staff.patch(f"{PRODUCTS}{lamp.pk}/", {"price": "25.5"})

        assert answer.status_code == 200
        assert (answer.json()["price"], answer.json()["name"], answer.json()["stock_quantity"]) == ("25.50", "Lamp", 10)

    def test_read_only_and_unknown_fields_are_ignored(self, staff, lamp):
        assert staff.patch(f"{PRODUCTS}{lamp.pk}/", {"id": 99, "colour": "red"}).json()["id"] == lamp.pk

    def test_an_invalid_price_is_400(self, staff, lamp):
        assert staff.patch(f"{PRODUCTS}{lamp.pk}/", {"price": 0}).json() == {
            "price": ["Ensure this value is greater than or equal to 0.01."]
        }

    def test_changing_an_unknown_product_is_404(self, staff):
        assert_problem(staff.patch(f"{PRODUCTS}4711/", {"name": "Lamp"}), 404, "PRODUCT_NOT_FOUND")


class TestRetire:
    def test_a_retired_product_is_404_and_not_listed(self, staff, nobody, lamp):
        answer = staff.delete(f"{PRODUCTS}{lamp.pk}/")

        assert (answer.status_code, answer.content) == (204, b"")
        assert names(nobody.get(PRODUCTS)) == []
        assert_problem(nobody.get(f"{PRODUCTS}{lamp.pk}/"), 404, "PRODUCT_NOT_FOUND")
        assert_problem(staff.delete(f"{PRODUCTS}{lamp.pk}/"), 404, "PRODUCT_NOT_FOUND")

    def test_orders_still_show_a_retired_product(self, staff, alice, lamp):
        order = OrderFactory(lines=[(lamp, 2)])

        staff.delete(f"{PRODUCTS}{lamp.pk}/")

        [item] = alice.get(f"/api/orders/{order.pk}/").json()["items"]
        assert item == {"product_id": lamp.pk, "name": "Lamp", "quantity": 2, "price": "20.00"}


@pytest.mark.security
class TestWhoMayChange:
    @pytest.mark.parametrize(
        ("who", "status", "code"),
        [
            ("nobody", 401, "NOT_AUTHENTICATED"),
            ("alice", 403, "PERMISSION_DENIED"),
            ("service", 403, "PERMISSION_DENIED"),
        ],
    )
    def test_callers_other_than_staff_are_refused(self, request, lamp, who, status, code):
        client = request.getfixturevalue(who)

        assert_problem(client.post(PRODUCTS, {"name": "Free lamp", "price": "0.01"}), status, code)
        assert_problem(client.patch(f"{PRODUCTS}{lamp.pk}/", {"price": "0.01"}), status, code)
        assert_problem(client.delete(f"{PRODUCTS}{lamp.pk}/"), status, code)

        assert [(product.name, product.price) for product in Product.objects.offered()] == [("Lamp", Decimal("20.00"))]
