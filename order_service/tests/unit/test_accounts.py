from datetime import timedelta

import pytest

from order_service.models import Order, Revocation
from order_service.services import AccountService
from order_service.tests.factories import ALICE, MALLORY, MONDAY_NOON, OrderFactory, PaymentFactory
from servicekit.testing.messages import published


@pytest.fixture
def accounts(users, clock):
    return AccountService(users=users, now=clock)


class TestAccountService:
    def test_an_update_removes_the_user_from_the_cache(self, accounts, users):
        accounts.updated(user_id=ALICE)

        assert users.forgotten == [ALICE]

    @pytest.mark.django_db
    def test_a_deletion_revokes_the_tokens_of_the_user(self, accounts, users):
        accounts.deleted(user_id=ALICE)

        [revocation] = Revocation.objects.all()
        assert (revocation.key, revocation.expires_at) == (f"user:{ALICE}", MONDAY_NOON + timedelta(hours=1))
        assert users.forgotten == [ALICE]

    @pytest.mark.django_db
    def test_a_deletion_cancels_the_pending_orders_of_the_user_alone(self, accounts, lamp):
        pending = OrderFactory(lines=[(lamp, 2)])
        being_paid = PaymentFactory().order
        confirmed, of_another = OrderFactory(confirmed=True), OrderFactory(user_id=MALLORY)

        accounts.deleted(user_id=ALICE)

        lamp.refresh_from_db()
        statuses = dict(Order.objects.values_list("pk", "status"))
        assert statuses == {
            pending.pk: "cancelled",
            being_paid.pk: "pending",
            confirmed.pk: "confirmed",
            of_another.pk: "pending",
        }
        assert lamp.stock_quantity == 12
        assert [(event.type, event.data["reason"]) for event in published()] == [("order.cancelled", "deleted")]

    @pytest.mark.django_db
    def test_a_revocation_is_stored_until_the_token_expires(self, accounts):
        accounts.token_revoked(token_id="t-1", expires_at=MONDAY_NOON)

        [revocation] = Revocation.objects.all()
        assert (revocation.key, revocation.expires_at) == ("jti:t-1", MONDAY_NOON)
