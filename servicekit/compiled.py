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

from django.db import DEFAULT_DB_ALIAS, connection, models, transaction
from django.db.models.expressions import Value
from django.db.models.query import ModelIterable
from django.db.models.sql import UpdateQuery

P = ParamSpec("P")
Row = TypeVar("Row")
Updates = tuple[models.QuerySet[Any], dict[str, Any]]

MOST_SHAPES = 500  # of one query; then it forgets them, and builds anew what is still asked for


class Given(Value):
    """A value of the first call; those of later calls take its place."""

    def __init__(self, value: Any, place: int) -> None:
        # As wide as any id: the next value may be larger.
        super().__init__(value, models.BigIntegerField() if type(value) is int else None)
        self.place = place

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:  # noqa: ARG002 - Django's signature
        return "%s", [self]


class Statement:
    """The SQL of a query, and what makes parameters of the values that it is run with."""

    def __init__(self, compiler: Any) -> None:
        self.sql, parameters = compiler.as_sql()
        self._parameters = [
            (each.place, each.output_field.get_db_prep_value) if isinstance(each, Given) else (-1, each)
            for each in parameters
        ]

    def execute(self, cursor: Any, values: Sequence[Any]) -> None:
        database = cursor.db
        parameters = [each if place < 0 else each(values[place], database) for place, each in self._parameters]
        cursor.execute(self.sql, parameters)


class Select(Statement):
    def __init__(self, queryset: models.QuerySet[Any]) -> None:
        self._compiler = queryset.query.get_compiler(connection=connection)
        super().__init__(self._compiler)
        columns = [column for column, _, _ in self._compiler.select]
        self._converters = self._compiler.get_converters(columns)
        self._from_db = queryset.model.from_db if queryset._iterable_class is ModelIterable else None
        self._names = [column.target.attname for column in columns] if self._from_db else []

    def __call__(self, values: Sequence[Any]) -> list[Any]:
        with connection.cursor() as cursor:
            self.execute(cursor, values)
            rows: Any = cursor.fetchall()
        if self._converters:
            rows = list(self._compiler.apply_converters(rows, self._converters))
        if self._from_db is None:
            return list(rows)
        return [self._from_db(DEFAULT_DB_ALIAS, self._names, row) for row in rows]


class Update(Statement):
    def __init__(self, updates: Updates) -> None:
        queryset, values = updates
        query = queryset.query.chain(UpdateQuery)
        query.add_update_values(values)
        super().__init__(query.get_compiler(connection=connection))

    def __call__(self, values: Sequence[Any]) -> int:
        with transaction.mark_for_rollback_on_error(DEFAULT_DB_ALIAS), connection.cursor() as cursor:
            self.execute(cursor, values)
            return int(cursor.rowcount)


class Compiled(Generic[P, Row]):
    """A function that makes a query, and the statements that came of it."""

    def __init__(self, build: Callable[P, Any], statement: Callable[[Any], Callable[[Sequence[Any]], Row]]) -> None:
        update_wrapper(self, build)
        self._build = build
        self._statement = statement
        self._statements: dict[Any, Callable[[Sequence[Any]], Row]] = {}

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> Row:
        values = (*args, *kwargs.values())
        shape = (*kwargs, *map(_shape, values))
        statement = self._statements.get(shape)
        if statement is None:
            if len(self._statements) >= MOST_SHAPES:
                self._statements.clear()
            given = _given(values)
            query = self._build(*(next(given) for _ in args), **{name: next(given) for name in kwargs})
            statement = self._statements[shape] = self._statement(query)
        return statement(_flat(values))


def compiled(build: Callable[P, models.QuerySet[Any, Row]]) -> Compiled[P, list[Row]]:
    """Make the function give the rows of its queryset: model instances, or tuples for `values_list`."""
    return Compiled(build, Select)


def compiled_update(build: Callable[P, Updates]) -> Compiled[P, int]:
    """Make a function that gives a queryset, and the new values by their names, update those rows and count them."""
    return Compiled(build, Update)


def insert(rows: Sequence[models.Model]) -> None:
    """
    Save new rows of one model in one statement, and set their primary keys.

    Like `bulk_create`, which builds its SQL each time: no signals, and nothing where there are no rows.
    """
    if not rows:
        return
    sql, fields = _insert_into(type(rows[0]), len(rows))
    with transaction.mark_for_rollback_on_error(DEFAULT_DB_ALIAS), connection.cursor() as cursor:
        database = cursor.db
        cursor.execute(
            sql, [field.get_db_prep_save(field.pre_save(row, add=True), database) for row in rows for field in fields]
        )
        for row, (key,) in zip(rows, cursor.fetchall(), strict=True):
            row.pk = key
            row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS


@cache
def _insert_into(model: type[models.Model], count: int) -> tuple[str, list[Any]]:
    quoted = connection.ops.quote_name
    fields = [field for field in model._meta.concrete_fields if not field.primary_key]
    columns = ", ".join(quoted(field.column) for field in fields)
    row = f"({', '.join(['%s'] * len(fields))})"
    sql = f"INSERT INTO {quoted(model._meta.db_table)} ({columns}) VALUES {', '.join([row] * count)}"
    return f"{sql} RETURNING {quoted(model._meta.pk.column)}", fields


def _shape(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return len(value)
    return (value.start, value.stop) if isinstance(value, slice) else type(value)


def _given(values: Sequence[Any]) -> Iterator[Any]:
    """What the function gets to build its query with."""
    place = 0
    for value in values:
        if value is None or isinstance(value, slice):
            yield value
        elif isinstance(value, list | tuple):
            yield [Given(each, place + number) for number, each in enumerate(value)]
            place += len(value)
        else:
            yield Given(value, place)
            place += 1


def _flat(values: Sequence[Any]) -> list[Any]:
    """The values in the order of their places."""
    flat: list[Any] = []
    for value in values:
        if isinstance(value, list | tuple):
            flat.extend(value)
        elif value is not None and not isinstance(value, slice):
            flat.append(value)
    return flat
