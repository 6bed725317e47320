"""The kit's test service on real servers, with its worker and relay as processes."""

from django.db import transaction

from servicekit.messages import dead_letters, outbox
from servicekit.messages.queues import declare
from servicekit.tests.shelf.celery_app import app
from servicekit.tests.shelf.models import Book
from servicekit.tests.unit.events import BookWritten


class Shelf:
    """Starts the service's processes, sends it messages, and reads its effects."""

    def __init__(self, broker, running):
        self.broker = broker
        self.running = running
        with app.connection_for_write() as connection:
            declare(app, connection.channel())

    def start(self, role, **environment):
        return self.running("servicekit.tests.shelf", role, environment=environment)

    def announce(self, *titles):
        with transaction.atomic():
            outbox.record(*map(BookWritten, titles))

    def command(self, name, **kwargs):
        with transaction.atomic():
            outbox.command(name, **kwargs)

    def has(self, *titles):
        """Whether exactly these books exist and are dusted."""
        return set(Book.objects.filter(dusted=True).values_list("title", flat=True)) == set(titles)

    def idle(self):
        """Whether no message is in the service's queues, ready or unacknowledged."""
        return not any(self.broker.messages_in(f"shelf.{queue}") for queue in ("events", "work"))

    def dead(self):
        return dead_letters.waiting(app)
