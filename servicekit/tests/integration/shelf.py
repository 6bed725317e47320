"""The kit's test service on real servers: its worker and relay as processes, its database and broker ours alone."""

from django.db import transaction

from servicekit.messages import dead_letters, outbox
from servicekit.messages.queues import declare
from servicekit.tests.shelf.celery_app import app
from servicekit.tests.shelf.models import Book
from servicekit.tests.unit.events import BookWritten


class Shelf:
    """What a test does to the service, and sees of it."""

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
        """Whether these stand on the shelf, dusted, and nothing else does."""
        return set(Book.objects.filter(dusted=True).values_list("title", flat=True)) == set(titles)

    def idle(self):
        """Whether no message of the service is under way, ready or in a worker's hand."""
        return not any(self.broker.messages_in(f"shelf.{queue}") for queue in ("events", "work"))

    def dead(self):
        return dead_letters.waiting(app)
