import pytest
from django.db import models
from django.db.migrations import Migration, operations
from django.db.migrations.state import ProjectState

from servicekit.storage.schema_changes import AddIndexConcurrently
from servicekit.testing.safe_migrations import is_excused, unsafe_in

BY_TITLE = models.Index(fields=["title"], name="book_by_title")
A_BOOK = operations.CreateModel(
    "Book", [("id", models.BigAutoField(primary_key=True)), ("title", models.CharField(max_length=100))]
)
SAFE = {
    "a column that may be empty": operations.AddField("book", "read_at", models.DateTimeField(null=True)),
    "a column that the database fills": operations.AddField("book", "lent", models.BooleanField(db_default=False)),
    "a table": operations.CreateModel("Shelf", [("id", models.BigAutoField(primary_key=True))]),
    "an index beside the work": AddIndexConcurrently("book", BY_TITLE),
}
UNSAFE = {
    "a column that the old code leaves out": (
        operations.AddField("book", "lent", models.BooleanField(default=False)),
        "NOT NULL constraint on columns",
    ),
    "a column away": (operations.RemoveField("book", "title"), "DROPPING columns shelf_book title"),
    "a column under another name": (
        operations.RenameField("book", "title", "name"),
        "RENAMING columns shelf_book title",
    ),
    "a column of another type": (
        operations.AlterField("book", "title", models.IntegerField()),
        "ALTERING columns (Could be backward compatible. You may ignore this migration.) shelf_book title",
    ),
    "a table away": (operations.DeleteModel("Book"), "DROPPING table shelf_book"),
    "an index while all wait": (operations.AddIndex("book", BY_TITLE), "CREATE INDEX locks table"),
    "a new rule about old rows": (
        operations.AddConstraint("book", models.UniqueConstraint(fields=["title"], name="one_of_a_title")),
        "ADDING unique constraint",
    ),
}


@pytest.fixture
def before():
    state = ProjectState()
    A_BOOK.state_forwards("shelf", state)
    return state


def migration(operation):
    changed = Migration("0002_changed", "shelf")
    changed.operations = [operation]
    changed.atomic = not isinstance(operation, AddIndexConcurrently)
    return changed


@pytest.mark.parametrize("operation", SAFE.values(), ids=SAFE)
def test_a_safe_migration_has_no_complaint(before, operation):
    assert list(unsafe_in(migration(operation), before)) == []


@pytest.mark.parametrize(("operation", "trouble"), UNSAFE.values(), ids=UNSAFE)
def test_an_unsafe_migration_is_found(before, operation, trouble):
    assert list(unsafe_in(migration(operation), before)) == [trouble]


class TestExcused:
    def test_the_first_migration(self):
        """No code is running yet."""
        first = migration(A_BOOK)
        first.initial = True

        assert is_excused(first)

    def test_a_migration_with_a_reason(self):
        contracting = migration(operations.RemoveField("book", "title"))
        assert not is_excused(contracting)

        contracting.safe_because = "since release 7 nobody reads or writes it"
        assert is_excused(contracting)
