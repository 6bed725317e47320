"""Tasks of this service's own work queue."""

from django.utils import timezone

from order_service.celery_app import app
from order_service.services import OrderService, PaymentService, RefundService, backlog, housekeeping


@app.task(name="order_service.cancel_unpaid_orders")
def cancel_unpaid_orders() -> None:
    OrderService().cancel_unpaid()


@app.task(name="order_service.settle_payments")
def settle_payments() -> None:
    done = PaymentService().settle_stuck()
    backlog.report(done, backlog.unsettled(now=timezone.now()))


@app.task(name="order_service.refund")
def refund(*, payment_id: int, **_: object) -> None:
    # No retry of this task: what fails is tried again by `refund_due`, until the customer has the money.
    RefundService().refund(payment_id=payment_id)


@app.task(name="order_service.refund_due")
def refund_due() -> None:
    done = RefundService().refund_due()
    backlog.report(done, backlog.refunds(now=timezone.now()))


@app.task(name="order_service.purge")
def purge() -> None:
    housekeeping.purge()
