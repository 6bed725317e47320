"""What answers have in common."""

from typing import Any


def assert_problem(answer: Any, status: int, code: str | None = None) -> None:
    """An error in the shop's shape."""
    assert answer.status_code == status, answer.content
    assert set(answer.json()) == {"error", "code", "detail"}
    assert code in {None, answer.json()["code"]}


def assert_refuses_fields(answer: Any, *fields: str) -> None:
    """A 400 whose map names these fields, each with its reasons."""
    assert answer.status_code == 400, answer.content
    assert set(answer.json()) == set(fields)
    assert all(reasons for reasons in answer.json().values())
