"""Every operation of the OpenAPI schema, called with valid and with invalid input."""

import pytest

from servicekit.testing.attack import MODES, attack
from user_service.tests.factories import UserFactory
from user_service.wsgi import application

WITH_INPUT = {
    "GET /api/users/",
    "POST /api/users/",
    "GET /api/users/{id}/",
    "PATCH /api/users/{id}/",
    "DELETE /api/users/{id}/",
    "POST /api/auth/login/",
    "POST /api/auth/refresh/",
    "POST /api/auth/logout/",
    "POST /api/auth/service-token/",
    "POST /api/users/{id}/verification-mail/",
    "POST /api/auth/verify-email/",
    "POST /api/auth/password-reset/",
    "POST /api/auth/password-reset/confirm/",
}
EXAMPLES = 15


@pytest.mark.django_db
@pytest.mark.security
@pytest.mark.slow
@pytest.mark.timeout(60)
class TestSchemaAttack:
    @pytest.mark.parametrize("mode", MODES)
    @pytest.mark.parametrize("caller", ["staff", "service"])
    def test_every_answer_is_as_the_schema_says(self, mint, mode, caller):
        staff = UserFactory(staff=True)
        token = mint.staff(staff.pk) if caller == "staff" else mint.service("order_service", scopes=["users:read"])

        calls = attack(
            application,
            mode=mode,
            examples=EXAMPLES,
            token_for=lambda _: token,
            but=["GET /health/", "GET /.well-known/jwks.json"],
        )

        assert set(calls) == WITH_INPUT
        assert min(calls.values()) >= EXAMPLES
