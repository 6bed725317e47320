"""Every operation of the OpenAPI schema, called with what it promises to take and with what it does not."""

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from order_service.tests.factories import OrderFactory, ProductFactory
from order_service.wsgi import application

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
EXAMPLES = 10
WITH_INPUT = {
    "GET /api/products/",
    "POST /api/products/",
    "GET /api/products/{product_id}/",
    "PATCH /api/products/{product_id}/",
    "DELETE /api/products/{product_id}/",
    "GET /api/orders/",
    "POST /api/orders/",
    "GET /api/orders/{order_id}/",
    "POST /api/orders/{order_id}/cancel/",
    "GET /api/users/{user_id}/orders/",
    "POST /api/payments/",
    "POST /api/user-updated/",
}


def attack(operation, *, mode, token):
    """Call one operation with made-up input and hold each answer against the schema; give the number of calls."""
    calls = 0

    # The same input each time: a run that fails can be run again.
    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def call(case):
        nonlocal calls
        calls += 1
        case.call_and_validate(headers={"Authorization": f"Bearer {token}"}, checks=CHECKS)

    call()
    return calls


@pytest.mark.django_db
@pytest.mark.security
@pytest.mark.slow
@pytest.mark.timeout(120)
class TestSchemaAttack:
    @pytest.mark.parametrize("mode", list(schemathesis.GenerationMode))
    def test_every_operation_keeps_its_word(self, mint, mode):
        staff, service = mint.staff(), mint.service("user_service", scopes=["users:notify"])
        OrderFactory(pk=1, user_id=1, lines=[(ProductFactory(pk=1), 1)])
        schema = schemathesis.openapi.from_wsgi("/api/schema/", application)
        operations = [result.ok() for result in schema.get_all_operations()]

        # What takes no input can be called in one way only, and not wrongly.
        calls = {
            each.label: attack(each, mode=mode, token=service if "user-updated" in each.label else staff)
            for each in operations
            if each.label in WITH_INPUT
        }

        assert {each.label for each in operations} == WITH_INPUT | {"GET /health/"}
        assert set(calls) == WITH_INPUT
        assert min(calls.values()) >= EXAMPLES
