"""The service's own work queue, run by the test."""

from notification_service.celery_app import app
from notification_service.models import OutboxMessage
from notification_service.tests.people import MONDAY_NOON
from servicekit.testing.messages import deliver, wires


def run_tasks() -> None:
    """Mark the outbox as published and run its tasks, the oldest first."""
    waiting = wires()
    OutboxMessage.objects.filter(published_at=None).update(published_at=MONDAY_NOON)
    for wire in waiting:
        deliver(app, wire)
