"""The service's own queue, worked on by hand."""

from notification_service.celery_app import app
from notification_service.models import OutboxMessage
from notification_service.tests.people import MONDAY_NOON
from servicekit.testing.messages import deliver, wires


def work() -> None:
    """Publish what waits in the outbox and run its tasks, oldest first."""
    waiting = wires()
    OutboxMessage.objects.filter(published_at=None).update(published_at=MONDAY_NOON)
    for wire in waiting:
        deliver(app, wire)
