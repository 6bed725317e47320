"""DRF's `force_authenticate` with a Django user, who is the customer with that id, or staff."""

import pytest
from django.contrib.auth.models import User
from rest_framework.test import APIClient

from order_service.models import Order
from order_service.tests.component.bodies import a_payment, an_order, assert_problem
from order_service.tests.factories import ALICE, MALLORY, OrderFactory

pytestmark = [pytest.mark.django_db, pytest.mark.security]


def client_of(user):
    client = APIClient()
    client.force_authenticate(user=user)
    return client


@pytest.fixture
def customer():
    return client_of(User(id=ALICE))


@pytest.fixture
def other_customer():
    return client_of(User(id=MALLORY))


@pytest.fixture
def staff():
    return client_of(User(pk=1, is_staff=True))


class TestCustomer:
    def test_orders_pays_and_sees_the_order(self, customer, lamp):
        order = customer.post("/api/orders/", an_order((lamp, 1)), headers={"Idempotency-Key": "k-1"}).json()
        again = customer.post("/api/orders/", an_order((lamp, 1)), headers={"Idempotency-Key": "k-1"}).json()
        payment = customer.post("/api/payments/", a_payment(order["id"])).json()

        assert (order["user_id"], order["status"], again) == (ALICE, "pending", order)
        assert payment["status"] == "completed"
        assert customer.get(f"/api/orders/{order['id']}/").json()["status"] == "confirmed"
        assert customer.get(f"/api/users/{ALICE}/orders/").json()["count"] == 1

    def test_an_order_of_another_customer_is_404(self, other_customer):
        order = OrderFactory(user_id=ALICE)

        assert_problem(other_customer.get(f"/api/orders/{order.pk}/"), 404, "ORDER_NOT_FOUND")
        assert_problem(other_customer.post(f"/api/orders/{order.pk}/cancel/"), 404, "ORDER_NOT_FOUND")
        assert_problem(other_customer.post("/api/payments/", a_payment(order.pk)), 404, "ORDER_NOT_FOUND")
        assert other_customer.get("/api/orders/").json()["results"] == []
        assert Order.objects.get().status == "pending"

    def test_may_not_order_for_another_customer_nor_do_what_staff_does(self, other_customer, lamp):
        order = OrderFactory(confirmed=True)

        assert_problem(other_customer.post("/api/orders/", an_order((lamp, 1))), 403, "NOT_YOUR_ACCOUNT")
        assert_problem(other_customer.get(f"/api/users/{ALICE}/orders/"), 403, "PERMISSION_DENIED")
        assert_problem(other_customer.post(f"/api/orders/{order.pk}/ship/"), 403, "PERMISSION_DENIED")
        assert_problem(other_customer.post("/api/user-updated/", {"user_id": ALICE}), 403, "PERMISSION_DENIED")

    def test_is_limited_by_the_throttles(self, customer, other_customer, lamp, settings):
        settings.THROTTLE_ORDERS = "1/min"

        answers = [customer.post("/api/orders/", an_order((lamp, 1))) for _ in range(2)]

        assert [answer.status_code for answer in answers] == [201, 429]
        other = other_customer.post("/api/orders/", an_order((lamp, 1), user_id=MALLORY))
        assert other.status_code == 201

    def test_may_be_saved_or_not(self, lamp, user_service):
        user = User.objects.create_user("alice")
        user_service.knows(user.pk)

        order = client_of(user).post("/api/orders/", an_order((lamp, 1), user_id=user.pk))

        assert (order.status_code, order.json()["user_id"]) == (201, user.pk)


class TestStaff:
    def test_sees_ships_and_cancels_the_orders_of_all_customers(self, staff):
        to_ship, to_cancel = OrderFactory(confirmed=True), OrderFactory(user_id=MALLORY)

        assert staff.get("/api/orders/").json()["count"] == 2
        assert staff.post(f"/api/orders/{to_ship.pk}/ship/").json()["status"] == "shipped"
        assert staff.post(f"/api/orders/{to_cancel.pk}/cancel/").json()["status"] == "cancelled"

    def test_changes_the_catalogue(self, staff, lamp):
        assert staff.patch(f"/api/products/{lamp.pk}/", {"stock_quantity": 3}).status_code == 200


class TestNobody:
    def test_is_asked_for_a_token_again_after_force_authenticate_with_none(self, customer):
        customer.force_authenticate(user=None)

        assert_problem(customer.get("/api/orders/"), 401, "NOT_AUTHENTICATED")
