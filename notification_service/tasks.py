"""Work that this service gives itself, on its own queue: here retries are allowed."""

from uuid import UUID

from notification_service.celery_app import app
from notification_service.exceptions import InOtherHands
from notification_service.services import WORTH_ANOTHER_TRY, DeliveryService, housekeeping
from notification_service.services.deliveries import DELIVER, FIRST_PAUSE, LONGEST_PAUSE


@app.task(
    name=DELIVER,
    autoretry_for=(*WORTH_ANOTHER_TRY, InOtherHands),
    retry_backoff=int(FIRST_PAUSE.total_seconds()),
    retry_backoff_max=int(LONGEST_PAUSE.total_seconds()),
    # The worker's few threads already space the attempts out when a mail server comes back.
    retry_jitter=False,
    # The delivery counts its attempts and says when it is enough: a task may be lost and started anew.
    max_retries=None,
)
def deliver(*, delivery_id: str, **_: object) -> None:
    DeliveryService().deliver(delivery_id=UUID(delivery_id))


@app.task(name="notification_service.sweep")
def sweep() -> None:
    DeliveryService().sweep()


@app.task(name="notification_service.purge")
def purge() -> None:
    housekeeping.purge()
