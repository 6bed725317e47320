"""Celery tasks on this service's own queue, where retries are allowed."""

from uuid import UUID

from notification_service.celery_app import app
from notification_service.exceptions import ClaimedByAnotherWorker
from notification_service.services import DeliveryService, housekeeping
from notification_service.services.deliveries import DELIVER, FIRST_PAUSE, LONGEST_PAUSE, TEMPORARY_FAILURES


@app.task(
    name=DELIVER,
    autoretry_for=(*TEMPORARY_FAILURES, ClaimedByAnotherWorker),
    retry_backoff=int(FIRST_PAUSE.total_seconds()),
    retry_backoff_max=int(LONGEST_PAUSE.total_seconds()),
    retry_jitter=False,
    max_retries=None,  # the delivery counts its attempts, also those of a task that was lost
)
def deliver(*, delivery_id: str, **_: object) -> None:
    DeliveryService().deliver(delivery_id=UUID(delivery_id))


@app.task(name="notification_service.sweep")
def sweep() -> None:
    DeliveryService().sweep()


@app.task(name="notification_service.purge")
def purge() -> None:
    housekeeping.purge()
