"""Assertions about answers."""

from typing import Any


def assert_problem(answer: Any, status: int, code: str | None = None) -> None:
    """The answer is an error in the form that all services use."""
    assert answer.status_code == status, answer.content
    assert set(answer.json()) == {"error", "code", "detail"}
    assert code in {None, answer.json()["code"]}


def assert_refuses_fields(answer: Any, *fields: str) -> None:
    """The answer is 400, with reasons for exactly these fields."""
    assert answer.status_code == 400, answer.content
    assert set(answer.json()) == set(fields)
    assert [] not in answer.json().values()
