"""The events that the shelf consumes: books that others write."""

import time

from servicekit.messages import outbox
from servicekit.messages.consuming import consumes
from servicekit.messages.events import Envelope
from servicekit.tests.shelf.celery_app import app
from servicekit.tests.shelf.models import Book


@consumes(app, "book.written")
def book_written(envelope: Envelope) -> None:
    """
    Shelve a book.

    One with `cursed` in its title fails after it wrote, until `holy water` stands there; a `slow` one takes 3 s.
    """
    book = Book.objects.create(title=envelope.data["title"])
    if "cursed" in book.title and not Book.objects.filter(title="holy water").exists():
        raise RuntimeError("this book cannot be shelved")
    if "slow" in book.title:
        time.sleep(3)
    outbox.command("shelf.dust", book_id=book.id)


@consumes(app, "book.withdrawn")
def book_withdrawn(envelope: Envelope) -> None:
    Book.objects.filter(title=envelope.data["title"]).delete()
