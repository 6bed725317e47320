"""What the worker does: events from user_service, and its own tasks."""

from datetime import timedelta

import pytest
from django.utils import timezone

from order_service.celery_app import app
from order_service.models import IdempotencyRecord, InboxMessage, Order, Payment, Revocation
from order_service.tests.factories import ALICE, OrderFactory, PaymentFactory
from servicekit.messages.events import Envelope, UnreadableMessage
from servicekit.testing.messages import deliver, published, wires

pytestmark = pytest.mark.django_db


def event(kind, **data):
    return Envelope(source="/user_service", type=kind, subject=str(ALICE), data=data)


def run(task, **kwargs):
    app.loader.import_default_modules()
    return app.tasks[f"order_service.{task}"](**kwargs)


class TestEvents:
    def test_delivered_twice_have_their_effect_once(self):
        deleted = event("user.deleted", user_id=ALICE)

        deliver(app, deleted)
        Revocation.objects.all().delete()
        deliver(app, deleted)

        assert InboxMessage.objects.count() == 1
        assert not Revocation.objects.exists()

    def test_with_unknown_fields_are_handled(self):
        deliver(app, event("user.deleted", user_id=ALICE, reason="moved away"))

        assert Revocation.objects.get().key == f"user:{ALICE}"

    @pytest.mark.parametrize(
        ("kind", "data"),
        [
            ("user.deleted", {}),
            ("user.deleted", {"user_id": "7"}),
            ("user.deleted", {"user_id": True}),
            ("token.revoked", {"token_id": "t"}),
            ("token.revoked", {"token_id": 7, "expires_at": "2026-11-16T12:00:00Z"}),
            ("token.revoked", {"token_id": "t", "expires_at": "noon"}),
            ("token.revoked", {"token_id": "t", "expires_at": "2026-11-16T12:00:00"}),
            ("token.revoked", {"token_id": "t", "expires_at": "2026-13-16T12:00:00Z"}),
        ],
    )
    def test_that_are_malformed_are_rejected_and_change_nothing(self, kind, data):
        with pytest.raises(UnreadableMessage):
            deliver(app, event(kind, **data))

        assert not InboxMessage.objects.exists()
        assert not Revocation.objects.exists()


class TestOwnTasks:
    def test_every_scheduled_task_exists(self):
        app.loader.import_default_modules()

        scheduled = {entry["task"] for entry in app.conf.beat_schedule.values()}
        names = ("cancel_unpaid_orders", "settle_payments", "refund_due", "purge")
        assert scheduled == {f"order_service.{name}" for name in names} <= set(app.tasks)

    def test_unpaid_orders_are_cancelled(self):
        OrderFactory(created_at=timezone.now() - timedelta(minutes=31))
        OrderFactory(created_at=timezone.now() - timedelta(minutes=29))

        run("cancel_unpaid_orders")

        assert sorted(Order.objects.values_list("status", flat=True)) == ["cancelled", "pending"]

    def test_stuck_payments_are_settled(self, gateway):
        payment = PaymentFactory(stuck=True)
        gateway.charges[str(payment.charge_key)] = "paid"

        run("settle_payments")

        assert Order.objects.get().status == "confirmed"
        assert [event.type for event in published()] == ["order.confirmed"]

    @pytest.fixture
    def refund(self, alice, gateway):
        """The command that the cancellation of a paid order puts on the work queue."""
        payment = PaymentFactory(completed=True, order=OrderFactory(confirmed=True))
        gateway.charges[str(payment.charge_key)] = "paid"
        alice.post(f"/api/orders/{payment.order_id}/cancel/")
        [command] = [wire for wire in wires() if wire.routing_key == "order_service.work"]
        return command

    def test_a_cancelled_paid_order_is_refunded(self, refund, gateway):
        deliver(app, refund)

        assert Payment.objects.get().status == "refunded"
        assert list(gateway.charges.values()) == ["refunded"]

    def test_a_refund_waits_when_the_gateway_is_down(self, refund, gateway):
        gateway.fails(status=500)

        deliver(app, refund)

        assert Payment.objects.get().status == "refunding"

    def test_a_refund_whose_task_was_lost_is_made(self, gateway):
        payment = PaymentFactory(refunding=True)
        gateway.charges[str(payment.charge_key)] = "paid"

        run("refund_due")

        assert Payment.objects.get().status == "refunded"

    def test_old_rows_are_deleted(self):
        IdempotencyRecord.objects.create(
            user_id=ALICE, route="orders", key="k", created_at=timezone.now() - timedelta(hours=25)
        )

        run("purge")

        assert not IdempotencyRecord.objects.exists()
