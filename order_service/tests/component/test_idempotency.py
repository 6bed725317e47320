"""The header Idempotency-Key: a repeated request has its effect once, and gets the same answer."""

import pytest
from django.core.cache import cache

from order_service.models import IdempotencyRecord, Order, Payment
from order_service.tests.component.bodies import a_payment, an_order, assert_problem
from order_service.tests.factories import ALICE, ANOTHER_GOOD_CARD, BOB, OrderFactory

pytestmark = pytest.mark.django_db
ORDERS, PAYMENTS = "/api/orders/", "/api/payments/"


def keyed(key="k-1"):
    return {"headers": {"Idempotency-Key": key}}


class TestOrders:
    def test_sent_twice_are_placed_once(self, alice, lamp):
        first = alice.post(ORDERS, an_order((lamp, 2)), **keyed())
        second = alice.post(ORDERS, an_order((lamp, 2)), **keyed())

        lamp.refresh_from_db()
        assert (second.status_code, second.json()) == (first.status_code, first.json()) == (201, first.json())
        assert Order.objects.count() == 1
        assert lamp.stock_quantity == 8

    def test_sent_again_get_the_first_answer_although_the_order_has_changed(self, alice, lamp, user_service):
        first = alice.post(ORDERS, an_order((lamp, 2)), **keyed())
        alice.post(f"{ORDERS}{first.json()['id']}/cancel/")
        cache.clear()  # user_service, which is down, would be asked again
        user_service.answers(ALICE, status=500)

        assert alice.post(ORDERS, an_order((lamp, 2)), **keyed()).content == first.content

    def test_with_fields_in_another_order_are_the_same_request(self, alice, lamp):
        order = an_order((lamp, 2))
        first = alice.post(ORDERS, order, **keyed())

        again = alice.post(ORDERS, dict(reversed(order.items())), **keyed())

        assert again.json() == first.json()

    def test_with_another_body_are_422(self, alice, lamp):
        alice.post(ORDERS, an_order((lamp, 2)), **keyed())

        assert_problem(alice.post(ORDERS, an_order((lamp, 3)), **keyed()), 422, "IDEMPOTENCY_KEY_REUSED")
        assert Order.objects.count() == 1

    def test_of_another_customer_with_the_same_key_are_placed(self, alice, bob, lamp):
        alice.post(ORDERS, an_order((lamp, 1)), **keyed())

        assert bob.post(ORDERS, an_order((lamp, 1), user_id=BOB), **keyed()).json()["user_id"] == BOB

    def test_the_key_is_not_stored_as_it_was_sent(self, alice, lamp):
        alice.post(ORDERS, an_order((lamp, 1)), HTTP_IDEMPOTENCY_KEY="alice@shop.example-1")

        assert "alice" not in IdempotencyRecord.objects.get().key

    def test_without_a_key_are_placed_each_time(self, alice, lamp):
        alice.post(ORDERS, an_order((lamp, 1)))
        alice.post(ORDERS, an_order((lamp, 1)))

        assert Order.objects.count() == 2
        assert not IdempotencyRecord.objects.exists()

    def test_can_be_sent_again_after_a_refusal(self, alice, lamp):
        """A refusal changes nothing, so it is not stored."""
        refused = alice.post(ORDERS, an_order((lamp, 11)), **keyed())
        lamp.stock_quantity = 11
        lamp.save()

        placed = alice.post(ORDERS, an_order((lamp, 11)), **keyed())

        assert (refused.status_code, placed.status_code) == (409, 201)

    def test_can_be_sent_again_after_user_service_was_down(self, alice, lamp, user_service):
        user_service.answers(ALICE, status=500)
        failed = alice.post(ORDERS, an_order((lamp, 1)), **keyed())
        user_service.knows(ALICE)

        assert (failed.status_code, alice.post(ORDERS, an_order((lamp, 1)), **keyed()).status_code) == (503, 201)

    @pytest.mark.parametrize("key", ["", " ", "two words", "k" * 256, "schl\xfcssel", "tab\t", "\x7f"])
    def test_with_a_malformed_key_are_400(self, alice, lamp, key):
        assert_problem(alice.post(ORDERS, an_order((lamp, 1)), **keyed(key)), 400, "IDEMPOTENCY_KEY_MALFORMED")
        assert not Order.objects.exists()

    @pytest.mark.parametrize("key", ["!", "~" * 255, '"quoted"'])
    def test_accept_any_visible_ascii_as_key(self, alice, lamp, key):
        assert alice.post(ORDERS, an_order((lamp, 1)), **keyed(key)).status_code == 201


class TestConcurrentOrders:
    """The second request checks its key before the first one has stored its answer."""

    @pytest.fixture
    def concurrent_request(self, alice, lamp, user_service):
        """Sends the same request while the first one looks up the customer."""

        def send_again(_):
            user_service.knows(ALICE)
            self.answer = alice.post(ORDERS, an_order((lamp, 10)), **keyed())
            return 200, {}, f'{{"id": {ALICE}, "is_active": true}}'

        user_service.socket.remove("GET", user_service.address(ALICE))
        user_service.socket.add_callback("GET", user_service.address(ALICE), send_again)

    @pytest.mark.usefixtures("concurrent_request")
    def test_are_placed_once_and_get_the_same_answer(self, alice, lamp):
        """The stock is too small for a second order."""
        answer = alice.post(ORDERS, an_order((lamp, 10)), **keyed())

        assert (answer.status_code, answer.json()) == (201, self.answer.json())
        assert Order.objects.count() == 1


class TestPayments:
    def test_sent_twice_are_made_once(self, alice, gateway):
        order = OrderFactory()

        first = alice.post(PAYMENTS, a_payment(order.pk), **keyed())
        second = alice.post(PAYMENTS, a_payment(order.pk), **keyed())

        assert (first.status_code, second.status_code) == (200, 200)
        assert first.json() == second.json()
        assert len(gateway.charges) == 1

    def test_sent_again_get_the_first_answer_although_the_payment_is_refunded(self, alice):
        order = OrderFactory()
        first = alice.post(PAYMENTS, a_payment(order.pk), **keyed())
        alice.post(f"{ORDERS}{order.pk}/cancel/")

        second = alice.post(PAYMENTS, a_payment(order.pk), **keyed())

        assert (Payment.objects.get().status, second.content) == ("refunding", first.content)

    def test_with_another_card_are_422(self, alice):
        order = OrderFactory()
        alice.post(PAYMENTS, a_payment(order.pk), **keyed())

        answer = alice.post(PAYMENTS, a_payment(order.pk, ANOTHER_GOOD_CARD), **keyed())

        assert_problem(answer, 422, "IDEMPOTENCY_KEY_REUSED")

    def test_with_the_key_of_the_order_are_made(self, alice, lamp):
        order = alice.post(ORDERS, an_order((lamp, 1)), **keyed()).json()

        assert alice.post(PAYMENTS, a_payment(order["id"]), **keyed()).status_code == 200

    def test_can_be_sent_again_after_the_gateway_was_down(self, alice, gateway):
        order = OrderFactory()
        gateway.fails(status=500)
        failed = alice.post(PAYMENTS, a_payment(order.pk), **keyed())
        gateway.works()

        paid = alice.post(PAYMENTS, a_payment(order.pk), **keyed())

        assert (failed.status_code, paid.status_code) == (503, 200)
        assert Payment.objects.get().status == "completed"
