"""
How an event changes while others hear it: docs/events-versions.md, worked through.

A book's `title` becomes its `name`. Producers and consumers of every version run side by side, as they do while a
release goes out: real events through the outbox, real consumers down to their rows, real pacts.
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
from tests.support.contracts import needs
from tests.support.contracts.messages import EventContract, heard_by, the_one
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
    """What the relay of a producer of that version would publish."""
    with transaction.atomic():
        outbox.record(event)
    return the_one(event.TYPE)


# The consumer's versions.


def read_title(envelope: Envelope) -> None:
    match envelope.data:
        case {"title": str(title)}:
            Book.objects.create(title=title)
        case _:
            raise UnreadableMessage("expected title, a text")


def read_name_or_title(envelope: Envelope) -> None:
    """While messages of the producer before may still wait in the queue."""
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
    """`deploy(read_name)` lets the worker run that version."""
    yield deployed.append
    deployed.clear()


PRINTED = "a book was printed"


@pytest.fixture
def pact_of(deploy, keep):
    """`pact_of(read_title, title=...)` has that version write down what it needs, and gives the folder of all pacts."""

    def pact_of(version, **data):
        contract = EventContract(version.__name__, "shelf")
        contract.hears("book.printed", PRINTED, subject=BookPrinted.subject, data=data)
        deploy(version)
        contract.delivering_to(app)
        Book.objects.all().delete()
        return keep()

    return pact_of


def verified(event: Event, folder):
    shelf = Provider("shelf", messages={PRINTED: lambda: says(event)})
    promises = shelf.promises(folder)
    return shelf.verify_folder(folder), promises


TITLE, NAME = {"title": needs.text("Dune")}, {"name": needs.text("Dune")}
EVERY_VERSION = [read_title, read_name_or_title, read_name]


def name_of(version):
    return version.__name__


class TestAddAField:
    """Harmless, at any time: consumers ignore what they do not know."""

    @pytest.mark.parametrize("consumer", [read_title, read_name_or_title], ids=name_of)
    def test_consumers_of_before_handle_it(self, deploy, consumer):
        deploy(consumer)

        deliver(app, says(Adding()))

        assert Book.objects.get().title == "Dune"

    def test_every_promise_is_kept(self, pact_of):
        verification, [promise] = verified(Adding(), pact_of(read_title, **TITLE))

        verification.check(promise)


class TestDeprecateAField:
    """Both are said, until nobody's pact names the old one."""

    @pytest.mark.parametrize("consumer", EVERY_VERSION, ids=name_of)
    def test_consumers_of_every_version_handle_it(self, deploy, consumer):
        deploy(consumer)

        deliver(app, says(Deprecating()))

        assert Book.objects.get().title == "Dune"

    def test_the_promises_to_old_and_new_are_kept(self, pact_of):
        pact_of(read_title, **TITLE)
        verification, promises = verified(Deprecating(), pact_of(read_name, **NAME))

        for promise in promises:
            verification.check(promise)
        assert verification.count == {"read_title": 1, "read_name": 1}


class TestMoveTheConsumer:
    """It reads the new field, and the old one as long as messages that have only that may still come."""

    @pytest.mark.parametrize("event", [First(), Deprecating(), Removing()], ids=lambda event: type(event).__name__)
    def test_it_handles_what_waits_in_its_queue(self, deploy, event):
        deploy(read_name_or_title)

        deliver(app, says(event))

        assert Book.objects.get().title == "Dune"

    def test_too_early_it_would_lose_what_waits(self, deploy):
        """The message would go to the dead letters."""
        deploy(read_name)

        with pytest.raises(UnreadableMessage):
            deliver(app, says(First()))


class TestRemoveAField:
    def test_is_red_while_a_consumer_needs_it(self, pact_of):
        """The producer's own test names the consumer and the field, before anything is deployed."""
        verification, [promise] = verified(Removing(), pact_of(read_title, **TITLE))

        with pytest.raises(AssertionError, match=r"shelf breaks its promise to read_title, .*: title"):
            verification.check(promise)

    def test_is_green_once_nobody_needs_it(self, pact_of):
        verification, [promise] = verified(Removing(), pact_of(read_name, **NAME))

        verification.check(promise)


class TestChangeTheMeaning:
    """Another meaning is another event. Its old name stays with its old meaning for as long as somebody hears it."""

    def test_who_knows_the_old_event_does_not_hear_the_new_one(self):
        @dataclass(frozen=True)
        class BookPrintedOnDemand(First):
            TYPE = "book.printed-on-demand"

        message = says(BookPrintedOnDemand())

        assert message.routing_key not in heard_by(app)
