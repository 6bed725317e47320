"""Tasks of this service's own work queue."""

from order_service.celery_app import app
from order_service.services import OrderService, PaymentService, RefundService, housekeeping
from servicekit.base.exceptions import NeighbourUnavailable


@app.task(name="order_service.cancel_unpaid_orders")
def cancel_unpaid_orders() -> None:
    OrderService().cancel_unpaid()


@app.task(name="order_service.settle_payments")
def settle_payments() -> None:
    PaymentService().settle_stuck()


@app.task(
    name="order_service.refund",
    autoretry_for=(NeighbourUnavailable,),
    retry_backoff=2,
    retry_backoff_max=600,
    max_retries=None,  # the customer must get the money back
)
def refund(*, payment_id: int, **_: object) -> None:
    RefundService().refund(payment_id=payment_id)


@app.task(name="order_service.refund_lost")
def refund_lost() -> None:
    RefundService().refund_lost()


@app.task(name="order_service.purge")
def purge() -> None:
    housekeeping.purge()
