"""
The changes of an event in docs/events-versions.md, as an example: a book's `title` becomes its `name`.

Producers and consumers of every version run side by side, as they do during a deployment: with the real outbox,
consumers and pacts.
"""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.db import transaction

from servicekit.messages import outbox
from servicekit.messages.app import make_app
from servicekit.messages.consuming import consumes
from servicekit.messages.events import Envelope, Event, UnreadableMessage
from servicekit.messages.wire import WireMessage
from servicekit.testing.messages import deliver
from servicekit.tests.shelf.models import Book
from tests.support.contracts import matchers
from tests.support.contracts.messages import EventContract, published, subscriptions
from tests.support.contracts.provider import Provider

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(60)]


class BookPrinted(Event):
    TYPE = "book.printed"
    subject = "978-0-441-17271-9"


# The producer's versions, in the order in which they are released.


@dataclass(frozen=True)
class First(BookPrinted):
    title: str = "Dune"


@dataclass(frozen=True)
class Adding(BookPrinted):
    title: str = "Dune"
    pages: int = 612


@dataclass(frozen=True)
class Deprecating(BookPrinted):
    title: str = "Dune"  # deprecated: read `name`
    name: str = "Dune"


@dataclass(frozen=True)
class Removing(BookPrinted):
    name: str = "Dune"


def says(event: Event) -> WireMessage:
    """The message that the relay of this version's producer would publish."""
    with transaction.atomic():
        outbox.record(event)
    return published(event.TYPE)


# The consumer's versions.


def read_title(envelope: Envelope) -> None:
    match envelope.data:
        case {"title": str(title)}:
            Book.objects.create(title=title)
        case _:
            raise UnreadableMessage("expected title, a text")


def read_name_or_title(envelope: Envelope) -> None:
    """While messages of the old producer may be in the queue."""
    match envelope.data:
        case {"name": str(name)} | {"title": str(name)}:
            Book.objects.create(title=name)
        case _:
            raise UnreadableMessage("expected name or title, a text")


def read_name(envelope: Envelope) -> None:
    match envelope.data:
        case {"name": str(name)}:
            Book.objects.create(title=name)
        case _:
            raise UnreadableMessage("expected name, a text")


app = make_app("tests.contract", hears=["book.printed"])
deployed: list[Callable[[Envelope], None]] = []


@consumes(app, "book.printed")
def book_printed(envelope: Envelope) -> None:
    deployed[-1](envelope)


@pytest.fixture
def deploy():
    """`deploy(read_name)`: the worker runs this version."""
    yield deployed.append
    deployed.clear()


PRINTED = "a book was printed"


@pytest.fixture
def pact_of(deploy, keep):
    """`pact_of(read_title, title=...)`: this version writes its pact; returns the folder of all pacts."""

    def pact_of(version, **data):
        contract = EventContract(version.__name__, "shelf")
        contract.receives("book.printed", PRINTED, subject=BookPrinted.subject, data=data)
        deploy(version)
        contract.handled_by(app)
        Book.objects.all().delete()
        return keep()

    return pact_of


def verified(event: Event, folder):
    shelf = Provider("shelf", messages={PRINTED: lambda: says(event)})
    interactions = shelf.interactions(folder)
    return shelf.verify_folder(folder), interactions


TITLE, NAME = {"title": matchers.text("Dune")}, {"name": matchers.text("Dune")}
EVERY_VERSION = [read_title, read_name_or_title, read_name]


def name_of(version):
    return version.__name__


class TestAddAField:
    """Harmless: consumers ignore fields that they do not know."""

    @pytest.mark.parametrize("consumer", [read_title, read_name_or_title], ids=name_of)
    def test_old_consumers_handle_the_event(self, deploy, consumer):
        deploy(consumer)

        deliver(app, says(Adding()))

        assert Book.objects.get().title == "Dune"

    def test_the_pact_of_an_old_consumer_is_fulfilled(self, pact_of):
        verification, [interaction] = verified(Adding(), pact_of(read_title, **TITLE))

        verification.check(interaction)


class TestDeprecateAField:
    """The event has both fields, until no pact has the old one."""

    @pytest.mark.parametrize("consumer", EVERY_VERSION, ids=name_of)
    def test_consumers_of_every_version_handle_the_event(self, deploy, consumer):
        deploy(consumer)

        deliver(app, says(Deprecating()))

        assert Book.objects.get().title == "Dune"

    def test_the_pacts_of_old_and_new_consumers_are_fulfilled(self, pact_of):
        pact_of(read_title, **TITLE)
        verification, interactions = verified(Deprecating(), pact_of(read_name, **NAME))

        for interaction in interactions:
            verification.check(interaction)
        assert verification.count == {"read_title": 1, "read_name": 1}


class TestMoveTheConsumer:
    """It reads the new field, and the old one as long as messages with only the old one may come."""

    @pytest.mark.parametrize("event", [First(), Deprecating(), Removing()], ids=lambda event: type(event).__name__)
    def test_it_handles_every_message_in_its_queue(self, deploy, event):
        deploy(read_name_or_title)

        deliver(app, says(event))

        assert Book.objects.get().title == "Dune"

    def test_a_consumer_of_the_new_field_alone_cannot_read_old_messages(self, deploy):
        """The message would go to the dead letters."""
        deploy(read_name)

        with pytest.raises(UnreadableMessage):
            deliver(app, says(First()))


class TestRemoveAField:
    def test_it_fails_while_a_consumer_needs_the_field(self, pact_of):
        """The producer's test names the consumer and the field."""
        verification, [interaction] = verified(Removing(), pact_of(read_title, **TITLE))

        with pytest.raises(AssertionError, match=r"shelf breaks the pact with read_title, .*: title"):
            verification.check(interaction)

    def test_it_passes_when_no_consumer_needs_the_field(self, pact_of):
        verification, [interaction] = verified(Removing(), pact_of(read_name, **NAME))

        verification.check(interaction)


class TestChangeTheMeaning:
    """Another meaning is another event. The old event stays as long as a service consumes it."""

    def test_a_consumer_of_the_old_event_does_not_get_the_new_one(self):
        @dataclass(frozen=True)
        class BookPrintedOnDemand(First):
            TYPE = "book.printed-on-demand"

        message = says(BookPrintedOnDemand())

        assert message.routing_key not in subscriptions(app)
