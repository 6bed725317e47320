"""What a test waits for, and counts."""

from django.db.models import QuerySet

from notification_service.celery_app import app
from notification_service.models import Delivery, InboxMessage, OutboxMessage
from notification_service.tests.integration.people import Person
from servicekit.messages.events import Envelope
from tests.support.service_processes import Caller


def is_handled(envelope: Envelope) -> bool:
    """Whether the consumer's transaction was committed: its inbox row is part of it."""
    return InboxMessage.objects.filter(message_id=envelope.id).exists()


def deliveries_to(person: Person) -> QuerySet[Delivery]:
    return Delivery.objects.filter(notification__user_id=person.id)


def sent_to(person: Person) -> int:
    """The number of deliveries that are marked as sent."""
    return deliveries_to(person).filter(state=Delivery.State.SENT).count()


def commands_about(person: Person) -> list[OutboxMessage]:
    """The outbox rows of the tasks that send this person's mails. A second mail needs a second row."""
    ids = deliveries_to(person).values_list("pk", flat=True)
    return [row for delivery_id in ids for row in OutboxMessage.objects.filter(body__contains=str(delivery_id))]


def messages_to(person: Person, caller: Caller) -> list[str]:
    """The messages of this person's notifications, from the API, newest first; none while it answers an error."""
    answer = caller.get(f"/api/users/{person.id}/notifications/")
    return [each["message"] for each in answer.json()["results"]] if answer.ok else []


def consumers_of(queue: str) -> int:
    """The number of workers that read a queue."""
    with app.connection_for_write() as connection:
        return int(connection.channel().queue_declare(queue, passive=True).consumer_count)
