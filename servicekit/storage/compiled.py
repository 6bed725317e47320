"""
Queries whose SQL is built once: Django builds it anew at each call, which takes longer than running it.

For what is asked with every request, and nothing else; docs/decisions/performance.md has the numbers. A query stays a
queryset, in a function that takes its values::

    @compiled
    def orders_of(user_id: int, status: str) -> QuerySet[Order]:
        return Order.objects.filter(user_id=user_id, status=status)

    orders_of(7, "pending")    # a list

The function runs once for each *shape* of its arguments: their types, how many a list has, where a slice begins and
ends. So it may look at whether something is None, at the length of a list, and at a slice; any other value it only
hands on to the queryset.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import cache, update_wrapper
from typing import Any, Generic, ParamSpec, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connections, models, transaction
from django.db.models.expressions import Value
from django.db.models.query import ModelIterable
from django.db.models.sql import UpdateQuery

P = ParamSpec("P")
Row = TypeVar("Row")
Result = TypeVar("Result")
Updates = tuple[models.QuerySet[Any], dict[str, Any]]

MOST_SHAPES = 500  # of one query; then it forgets them, and builds anew what is still asked for
PLAIN = (models.IntegerField, models.CharField, models.TextField)
# These psycopg takes as well; for SQLite, Django makes texts of them.
PLAIN_ON_POSTGRESQL = (*PLAIN, models.DecimalField, models.DateTimeField, models.UUIDField, models.ForeignKey)


def compiled(build: Callable[P, models.QuerySet[Any, Row]]) -> "Compiled[P, list[Row]]":
    """Make the function give the rows of its queryset: model instances, or tuples for `values_list`."""
    return Compiled(build, Select, nothing=list)


def compiled_count(build: Callable[P, models.QuerySet[Any, Any]]) -> "Compiled[P, int]":
    """Make the function give the number of rows of its queryset."""
    return Compiled(build, Count, nothing=int)


def compiled_update(build: Callable[P, Updates]) -> "Compiled[P, int]":
    """Make a function that gives a queryset, and new values by their names, update those rows and count them."""
    return Compiled(build, Update, nothing=int)


def insert(rows: Sequence[models.Model]) -> None:
    """
    Save new rows of one model, as they are, in one statement, and set their primary keys.

    As `bulk_create`, which builds its SQL each time, it sends no signals; nor does it set what has `auto_now`.
    """
    if not rows:
        return
    sql, columns, set_key = _insert_into(type(rows[0]), len(rows))
    cursor = kept_cursor()
    parameters = [
        prepare(getattr(row, name), cursor.db) if prepare else getattr(row, name)
        for row in rows
        for name, prepare in columns
    ]
    with transaction.mark_for_rollback_on_error(DEFAULT_DB_ALIAS):
        cursor.execute(sql, parameters)
        for row, (key,) in zip(rows, cursor.fetchall(), strict=True):
            set_key(row, key)


class Compiled(Generic[P, Result]):
    """A function that makes a query, and the statements that came of it."""

    def __init__(
        self, build: Callable[P, Any], statement: Callable[[Any], "Statement[Result]"], *, nothing: Callable[[], Result]
    ) -> None:
        update_wrapper(self, build)
        self._build = build
        self._statement = statement
        self._nothing = nothing
        self._runs: dict[Any, Callable[[list[Any]], Result]] = {}

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> Result:
        arguments = (*args, *kwargs.values())
        shape, values = _shape_and_values(arguments)
        key = (*kwargs, *shape)
        run = self._runs.get(key)
        if run is None:
            if len(self._runs) >= MOST_SHAPES:
                self._runs.clear()
            given = list(_given(arguments))
            named = dict(zip(kwargs, given[len(args) :], strict=True))
            run = self._runs[key] = self._compile(self._build(*given[: len(args)], **named))
        return run(values)

    def _compile(self, query: Any) -> Callable[[list[Any]], Result]:
        try:
            return self._statement(query).run
        except EmptyResultSet:  # known to have no rows, such as those whose id is in an empty list
            return lambda _: self._nothing()


class Given(Value):
    """A value of the first call; those of later calls take its place."""

    def __init__(self, value: Any, place: int) -> None:
        # As wide as any id: the next value may be larger.
        super().__init__(value, models.BigIntegerField() if type(value) is int else None)
        self.place = place

    def as_sql(self, compiler: Any, connection: Any) -> Any:  # noqa: ARG002 - Django's signature
        return "%s", [self]


class Statement(Generic[Result]):
    """The SQL of a query, and what makes parameters of the values that it is run with."""

    def __init__(self, query: Any) -> None:
        self._compiler = query.get_compiler(connection=connections[DEFAULT_DB_ALIAS])
        self._sql, parameters = self._compiler.as_sql()
        self._parameters = [
            (each.place, _preparation(each.output_field), None) if isinstance(each, Given) else (None, None, each)
            for each in parameters
        ]

    def run(self, values: Sequence[Any]) -> Result:
        raise NotImplementedError

    def execute(self, values: Sequence[Any]) -> Any:
        cursor = kept_cursor()
        cursor.execute(
            self._sql,
            [
                constant if place is None else prepare(values[place], cursor.db) if prepare else values[place]
                for place, prepare, constant in self._parameters
            ],
        )
        return cursor


class Select(Statement[list[Any]]):
    def __init__(self, queryset: models.QuerySet[Any]) -> None:
        super().__init__(queryset.query)
        columns = [column for column, _, _ in self._compiler.select]
        self._converters = self._compiler.get_converters(columns)
        is_of_models = queryset._iterable_class is ModelIterable  # noqa: SLF001 - nothing public tells
        self._from_db = queryset.model.from_db if is_of_models else None
        self._names = [column.target.attname for column in columns] if is_of_models else []

    def run(self, values: Sequence[Any]) -> list[Any]:
        rows = self.execute(values).fetchall()
        if self._converters:
            rows = list(self._compiler.apply_converters(rows, self._converters))
        if self._from_db is None:
            return list(rows)
        return [self._from_db(DEFAULT_DB_ALIAS, self._names, row) for row in rows]


class Count(Statement[int]):
    def __init__(self, queryset: models.QuerySet[Any]) -> None:
        query = queryset.order_by().query
        query.default_cols = False
        query.add_annotation(models.Count("*"), "rows")
        super().__init__(query)

    def run(self, values: Sequence[Any]) -> int:
        [[number]] = self.execute(values).fetchall()
        return int(number)


class Update(Statement[int]):
    def __init__(self, updates: Updates) -> None:
        queryset, values = updates
        query: Any = queryset.query.chain(UpdateQuery)
        query.add_update_values(values)
        super().__init__(query)

    def run(self, values: Sequence[Any]) -> int:
        with transaction.mark_for_rollback_on_error(DEFAULT_DB_ALIAS):
            return int(self.execute(values).rowcount)


def _shape_and_values(arguments: Sequence[Any]) -> tuple[list[Any], list[Any]]:
    """What tells one statement from another, and what it is run with, in the order of the places."""
    shape: list[Any] = []
    values: list[Any] = []
    for each in arguments:
        kind = type(each)
        if kind is list:
            shape.append(len(each))
            values += each
        elif kind is slice:
            shape.append((each.start, each.stop))
        else:
            shape.append(kind)
            if each is not None:
                values.append(each)
    return shape, values


def _given(arguments: Sequence[Any]) -> Iterator[Any]:
    """What the function gets to build its query with."""
    place = 0
    for each in arguments:
        if each is None or isinstance(each, slice):
            yield each
        elif isinstance(each, list):
            yield [Given(one, place + number) for number, one in enumerate(each)]
            place += len(each)
        else:
            yield Given(each, place)
            place += 1


@cache
def _insert_into(model: type[models.Model], count: int) -> tuple[str, list[Any], Callable[[Any, Any], None]]:
    meta = model._meta  # noqa: SLF001 - public, says Django
    quoted = connections[DEFAULT_DB_ALIAS].ops.quote_name
    fields = [field for field in meta.concrete_fields if not field.primary_key]
    columns = ", ".join(quoted(str(field.column)) for field in fields)
    row = f"({', '.join(['%s'] * len(fields))})"
    sql = f"INSERT INTO {quoted(meta.db_table)} ({columns}) VALUES {', '.join([row] * count)}"  # noqa: S608 - no values
    key = meta.pk

    def set_key(row: Any, value: Any) -> None:
        setattr(row, key.attname, value)
        state = row._state  # noqa: SLF001 - public, says Django
        state.adding, state.db = False, DEFAULT_DB_ALIAS

    return (
        f"{sql} RETURNING {quoted(str(key.column))}",
        [(each.attname, _preparation(each)) for each in fields],
        set_key,
    )


def _preparation(field: Any) -> Callable[[Any, Any], Any] | None:
    """What makes a parameter of a value; None where the database takes the value as it is."""
    if isinstance(field, PLAIN_ON_POSTGRESQL if connections[DEFAULT_DB_ALIAS].vendor == "postgresql" else PLAIN):
        return None
    prepare: Callable[[Any, Any], Any] = field.get_db_prep_save
    return prepare


def kept_cursor() -> Any:
    """This thread's cursor, for what is run to its end: to make one takes as long as a small statement."""
    database: Any = connections[DEFAULT_DB_ALIAS]
    cursor = getattr(database, "kept_cursor", None)
    if database.queries_logged:  # somebody counts statements, by cursors that tell of theirs
        return database.cursor()
    unchecked = database.health_check_enabled and not database.health_check_done
    if cursor is None or unchecked or cursor.cursor.connection is not database.connection:
        cursor = database.kept_cursor = database.cursor()
    return cursor
