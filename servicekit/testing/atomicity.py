"""
State and messages are saved together: whichever write of a service call fails, nothing of the call stays.

A *case* is a function that prepares rows, calls `begin()`, and then makes one service call:

    def place_order(begin):
        lamp = ProductFactory()
        begin()
        OrderService().place_order(customer_id=ALICE, lines=[Line(lamp.pk, 1)], ship_to=AN_ADDRESS)

A call of several transactions lets a fake call `begin`, as in a gateway's answer: what comes after it is one whole.
"""

import ast
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from types import FrameType
from typing import Any

from django.apps import apps
from django.db import DatabaseError, connection, transaction

from servicekit.messages import outbox

Begin = Callable[[], None]
Case = Callable[[Begin], None]
Place = tuple[str, int]
Rows = dict[str, list[dict[str, Any]]]
WRITES = ("INSERT", "UPDATE", "DELETE")


class WriteFailed(DatabaseError):
    """Raised in place of one write of a case."""


class Run:
    """One run of a case, undone at its end; a number given, that write since `begin` fails."""

    def __init__(self, case: Case, *, failing: int | None = None) -> None:
        self.failing = failing
        self.before: Rows | None = None
        self.after: Rows
        self.writes: list[str] = []
        self.stacks: list[list[Place]] = []  # for each write of a message, the lines that led to it
        with transaction.atomic(), connection.execute_wrapper(self._execute):
            with suppress(WriteFailed):
                case(self.begin)
                assert failing is None, f"write {failing} failed and nobody heard of it: {self.writes[-1]}"
            transaction.set_rollback(False)  # to look at what is there
            assert self.before is not None, "the case never called begin()"
            self.after = rows()
            transaction.set_rollback(True)

    def begin(self) -> None:
        self.before = rows()
        self.writes.clear()

    def _execute(self, execute: Callable[..., Any], sql: str, *arguments: Any) -> Any:
        if self.before is not None and sql.startswith(WRITES):
            self.writes.append(sql[:80])
            if outbox.model()._meta.db_table in sql:  # noqa: SLF001 - public, says Django
                self.stacks.append(list(_stack()))
            if len(self.writes) == self.failing:
                raise WriteFailed(sql[:80])
        return execute(sql, *arguments)


def all_or_nothing(case: Case, *, with_messages: bool = True) -> None:
    """
    Run a case once for each of its writes, and let that write fail.

    :raises AssertionError: some rows or messages stayed, or the case has less than two writes, or only messages.
    """
    whole = Run(case)
    assert bool(whole.stacks) == with_messages, f"the case writes {'a' if whole.stacks else 'no'} message"
    if with_messages:
        assert len(_changed(whole)) > 1, f"the case writes only to {_changed(whole)}"
    assert len(whole.writes) > 1, "the case has only one write"
    for number, write in enumerate(whole.writes, start=1):
        left = _changed(Run(case, failing=number))
        assert not left, f"{write!r} failed, and still there are new or changed rows of: {', '.join(left)}"


def places_without_a_case(service: str, cases: Iterable[Case]) -> list[str]:
    """Give each line of a service that writes a message, or calls a function that does, and that no case runs."""
    reached = {place for case in cases for stack in Run(case).stacks for place in stack}
    calls = _calls_that_write(service)
    assert calls, f"{service} writes no message"
    return [
        f"{path.name}:{call.lineno} {ast.unparse(call)}"
        for path, call in calls
        if not any((str(path), line) in reached for line in range(call.lineno, (call.end_lineno or call.lineno) + 1))
    ]


def rows() -> Rows:
    """Give all rows of all tables."""
    return {
        model._meta.label: list(model._default_manager.order_by("pk").values())  # noqa: SLF001 - public, says Django
        for model in apps.get_models()
    }


def _changed(run: Run) -> list[str]:
    return [table for table, found in run.after.items() if run.before is None or found != run.before[table]]


def _stack() -> Iterator[Place]:
    frame: FrameType | None = sys._getframe(1)  # noqa: SLF001 - documented; `inspect.stack` reads every source file
    while frame:
        yield frame.f_code.co_filename, frame.f_lineno
        frame = frame.f_back


def _calls_that_write(service: str) -> list[tuple[Path, ast.Call]]:
    """Give the calls of `outbox.record` and `outbox.command`, and of the service's functions that come to one."""
    package = Path(str(import_module(service).__file__)).parent
    sources = [path for path in package.rglob("*.py") if package / "tests" not in path.parents]
    calls = [
        (path, function.name, call)
        for path in sources
        for function in ast.walk(ast.parse(path.read_text()))
        if isinstance(function, ast.FunctionDef)
        for call in ast.walk(function)
        if isinstance(call, ast.Call)
    ]
    writers, known = {"outbox.record", "outbox.command"}, 0
    while known < len(writers):
        known = len(writers)
        writers |= {function for _, function, call in calls if _callee(call) in writers}
    return [(path, call) for path, _, call in calls if _callee(call) in writers]


def _callee(call: ast.Call) -> str:
    return ast.unparse(call.func).removeprefix("self.")
