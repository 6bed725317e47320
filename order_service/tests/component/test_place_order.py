"""POST /api/orders/."""

import pytest

from order_service.models import Order, OutboxMessage
from order_service.tests.component.bodies import an_order, assert_problem
from order_service.tests.factories import ALICE, AN_ADDRESS, BOB
from servicekit.testing.messages import published

pytestmark = pytest.mark.django_db
ORDERS = "/api/orders/"
STAFF = 1


def stock_of(product):
    product.refresh_from_db()
    return product.stock_quantity


class TestPlaceOrder:
    def test_answers_the_new_order(self, alice, lamp):
        answer = alice.post(ORDERS, an_order((lamp, 2)))

        assert answer.status_code == 201
        body = answer.json()
        assert body.pop("created_at").endswith("Z")
        assert body == {
            "id": Order.objects.get().pk,
            "user_id": ALICE,
            "status": "pending",
            "items": [{"product_id": lamp.pk, "name": "Lamp", "quantity": 2, "price": "20.00"}],
            "total": "40.00",
            "shipping_address": AN_ADDRESS,
            "payment": None,
        }
        assert stock_of(lamp) == 8
        assert [event.type for event in published()] == ["order.placed"]

    def test_the_new_order_can_be_read(self, alice, lamp):
        placed = alice.post(ORDERS, an_order((lamp, 2))).json()

        assert alice.get(f"{ORDERS}{placed['id']}/").json() == placed

    def test_staff_may_order_for_themselves(self, staff, lamp):
        assert staff.post(ORDERS, an_order((lamp, 1), user_id=STAFF)).status_code == 201

    def test_looks_the_customer_up_once_with_a_service_token(self, alice, lamp, user_service):
        alice.post(ORDERS, an_order((lamp, 1)))
        alice.post(ORDERS, an_order((lamp, 1)))

        [asked] = user_service.asked_for(ALICE)
        assert asked.request.headers["Authorization"] == f"Bearer {user_service.token}"

    def test_sends_the_request_id_to_user_service_and_with_the_event(self, alice, lamp, user_service):
        answer = alice.post(ORDERS, an_order((lamp, 1)), headers={"X-Request-ID": "request-1"})

        [asked] = user_service.asked_for(ALICE)
        assert answer["X-Request-ID"] == "request-1"
        assert asked.request.headers["X-Request-ID"] == "request-1"
        assert OutboxMessage.objects.get().request_id == "request-1"


class TestRefused:
    @pytest.fixture(autouse=True)
    def changes_nothing(self, lamp):
        yield
        assert stock_of(lamp) == 10
        assert not Order.objects.exists()
        assert not OutboxMessage.objects.exists()

    def test_more_pieces_than_the_stock_are_409(self, alice, lamp):
        assert_problem(alice.post(ORDERS, an_order((lamp, 11))), 409, "OUT_OF_STOCK")

    def test_a_price_that_differs_from_the_catalogue_is_409(self, alice, lamp):
        order = an_order(items=[{"product_id": lamp.pk, "quantity": 1, "price": "19.99"}])

        answer = alice.post(ORDERS, order)

        assert_problem(answer, 409, "PRICE_CHANGED")
        assert answer.json()["detail"] == f"product {lamp.pk} costs 20.00, not 19.99"

    def test_an_unknown_product_is_404(self, alice, lamp):
        order = an_order(items=[{"product_id": lamp.pk, "quantity": 1}, {"product_id": 4711, "quantity": 1}])

        assert_problem(alice.post(ORDERS, order), 404, "PRODUCT_NOT_FOUND")

    @pytest.mark.security
    def test_ordering_for_another_customer_is_403(self, alice, lamp):
        assert_problem(alice.post(ORDERS, an_order((lamp, 1), user_id=BOB)), 403, "NOT_YOUR_ACCOUNT")

    @pytest.mark.security
    def test_staff_ordering_for_a_customer_is_403(self, staff, lamp):
        assert_problem(staff.post(ORDERS, an_order((lamp, 1))), 403, "NOT_YOUR_ACCOUNT")

    @pytest.mark.parametrize(
        "answer", [{"status": 404, "json": {"code": "USER_NOT_FOUND"}}, {"json": {"id": ALICE, "is_active": False}}]
    )
    def test_a_deleted_or_deactivated_customer_is_409(self, alice, lamp, user_service, answer):
        user_service.answers(ALICE, **answer)

        assert_problem(alice.post(ORDERS, an_order((lamp, 1))), 409, "UNKNOWN_CUSTOMER")

    @pytest.mark.security
    @pytest.mark.parametrize(
        ("who", "status", "code"),
        [("nobody", 401, "NOT_AUTHENTICATED"), ("service", 403, "PERMISSION_DENIED")],
    )
    def test_only_users_may_order(self, request, lamp, who, status, code):
        assert_problem(request.getfixturevalue(who).post(ORDERS, an_order((lamp, 1))), status, code)

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("user_id", None),
            ("user_id", "seven"),
            ("user_id", 0),
            ("user_id", [ALICE]),
            ("items", []),
            ("items", {}),
            ("items", None),
            ("items", "lamp"),
            ("items", [1]),
            ("items", [{"product_id": 1}]),
            ("items", [{"quantity": 1}]),
            ("items", [{"product_id": 1, "quantity": 0}]),
            ("items", [{"product_id": 1, "quantity": -1}]),
            ("items", [{"product_id": 1, "quantity": 1001}]),
            ("items", [{"product_id": 1, "quantity": 1.5}]),
            ("items", [{"product_id": 1, "quantity": "many"}]),
            ("items", [{"product_id": 0, "quantity": 1}]),
            ("items", [{"product_id": True, "quantity": 1}]),
            ("items", [{"product_id": 1, "quantity": 1, "price": "cheap"}]),
            ("items", [{"product_id": 1, "quantity": 1, "price": "0"}]),
            ("items", [{"product_id": 1, "quantity": 1}, {"product_id": 1, "quantity": 2}]),
            ("items", [{"product_id": n, "quantity": 1} for n in range(1, 52)]),
            ("shipping_address", None),
            ("shipping_address", "at home"),
            ("shipping_address", {}),
            ("shipping_address", {**AN_ADDRESS, "country": "Atlantis"}),
            ("shipping_address", {**AN_ADDRESS, "country": "us"}),
            ("shipping_address", {**AN_ADDRESS, "street": ""}),
            ("shipping_address", {**AN_ADDRESS, "street": "x" * 201}),
            ("shipping_address", {**AN_ADDRESS, "zip_code": {"a": 1}}),
        ],
    )
    def test_an_invalid_field_is_400(self, alice, lamp, field, value):
        answer = alice.post(ORDERS, an_order((lamp, 1), **{field: value}))

        assert (answer.status_code, set(answer.json())) == (400, {field}), answer.content

    @pytest.mark.parametrize("field", ["user_id", "items", "shipping_address"])
    def test_a_missing_field_is_400(self, alice, lamp, field):
        order = an_order((lamp, 1))
        del order[field]

        assert alice.post(ORDERS, order).json() == {field: ["This field is required."]}
