"""
A service attacked by its own OpenAPI schema: with what it promises to take, and with what it does not.

Only component tests import this: schemathesis takes a second to load.
"""

from collections.abc import Callable, Collection
from typing import Any

import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
MODES = list(schemathesis.GenerationMode)


def attack(
    application: Any,
    *,
    mode: schemathesis.GenerationMode,
    examples: int,
    token_for: Callable[[str], str],
    but: Collection[str] = ("GET /health/",),
) -> dict[str, int]:
    """
    Call every operation with made-up input, and hold each answer against the schema.

    :param token_for: gives the token to call an operation with, such as "GET /api/products/".
    :param but: operations that take no input: they can be called in one way only, and not wrongly.
    :return: how often each was called; at least `examples` times, unless there is less to try.
    :raises KeyError: there is no such operation to leave out.
    :raises schemathesis.FailureGroup: an answer is a 5xx, or another than the schema says.
    """
    schema: Any = schemathesis.openapi.from_wsgi("/api/schema/", application)
    found = [result.ok() for result in schema.get_all_operations()]
    operations = {each.label: each for each in found}
    for label in but:
        del operations[label]
    return {label: _calls(each, mode, examples, token_for(label)) for label, each in operations.items()}


def _calls(operation: Any, mode: schemathesis.GenerationMode, examples: int, token: str) -> int:
    calls = 0

    # The same input each time: a run that fails can be run again.
    @settings(
        max_examples=examples,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def call(case: Any) -> None:
        nonlocal calls
        calls += 1
        case.call_and_validate(headers={"Authorization": f"Bearer {token}"}, checks=CHECKS)

    call()
    return calls
