"""What the shelf hears: books that others write."""

import time

from servicekit import outbox
from servicekit.consuming import consumes
from servicekit.events import Envelope
from servicekit.tests.shelf.celery_app import app
from servicekit.tests.shelf.models import Book


@consumes(app, "book.written")
def book_written(envelope: Envelope) -> None:
    """Shelve a book. A title with `cursed` fails after it wrote; one with `slow` takes its seconds."""
    book = Book.objects.create(title=envelope.data["title"])
    if "cursed" in book.title:
        raise RuntimeError("this book cannot be shelved")
    if "slow" in book.title:
        time.sleep(envelope.data["seconds"])
    outbox.command("shelf.dust", book_id=book.id)


@consumes(app, "book.withdrawn")
def book_withdrawn(envelope: Envelope) -> None:
    Book.objects.filter(title=envelope.data["title"]).delete()
