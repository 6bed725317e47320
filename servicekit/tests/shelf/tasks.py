"""Tasks on the shelf's own queue."""

from typing import Any

from celery import Task

from servicekit.tests.shelf.celery_app import app
from servicekit.tests.shelf.models import Book


class Busy(Exception):
    """The duster is in use; try again later."""


@app.task(name="shelf.dust")
def dust(*, book_id: int, **_: Any) -> None:
    """Dust one book."""
    Book.objects.filter(id=book_id).update(dusted=True)


@app.task(bind=True, name="shelf.dust_when_free", autoretry_for=(Busy,), retry_backoff=1, retry_jitter=False)
def dust_when_free(task: "Task[..., None]", *, book_id: int, busy: int, **_: Any) -> None:
    """Dust one book, after being busy a number of times."""
    if task.request.retries < busy:
        raise Busy
    Book.objects.filter(id=book_id).update(dusted=True, tries=task.request.retries + 1)


@app.task(name="shelf.count_books")
def count_books() -> None:
    """Do some periodic work."""
    Book.objects.count()
