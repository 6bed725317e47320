"""Every operation of the OpenAPI schema, called with valid and with invalid input."""

import pytest

from order_service.tests.factories import OrderFactory, ProductFactory
from order_service.wsgi import application
from servicekit.testing.attack import MODES, attack

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
    "POST /api/orders/{order_id}/ship/",
    "GET /api/users/{user_id}/orders/",
    "POST /api/payments/",
    "GET /api/payments/{payment_id}/",
    "POST /api/user-updated/",
}


@pytest.mark.django_db
@pytest.mark.security
@pytest.mark.slow
@pytest.mark.timeout(120)
class TestSchemaAttack:
    @pytest.mark.parametrize("mode", MODES)
    def test_every_operation_answers_as_the_schema_says(self, mint, mode):
        staff, service = mint.staff(), mint.service("user_service", scopes=["users:notify"])
        OrderFactory(pk=1, user_id=1, lines=[(ProductFactory(pk=1), 1)])

        calls = attack(
            application,
            mode=mode,
            examples=EXAMPLES,
            but=("GET /health/", "GET /api/payments/backlog/"),
            token_for=lambda label: service if "user-updated" in label else staff,
        )

        assert set(calls) == WITH_INPUT
        assert min(calls.values()) >= EXAMPLES
