"""
Calls every operation of a service with generated input, valid and invalid, and checks the answers.

Only component tests import this, because importing schemathesis takes a second.
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
    Call every operation with generated input, and compare each answer with the OpenAPI schema.

    :param token_for: gives the token to call an operation with, such as "GET /api/products/".
    :param but: operations without input; there is nothing to generate for them.
    :return: the number of calls of each; at least `examples`, unless there are fewer possible inputs.
    :raises KeyError: an operation in `but` does not exist.
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

    # The same input in each run, so a failure can be repeated.
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
