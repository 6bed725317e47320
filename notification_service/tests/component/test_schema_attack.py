"""Every operation of the OpenAPI schema, called with generated input that the schema allows, and that it does not."""

import pytest

from notification_service.tests.factories import NotificationFactory
from notification_service.wsgi import application
from servicekit.testing.attack import MODES, attack

WITH_INPUT = {
    "GET /api/users/{user_id}/notifications/",
    "POST /api/users/{user_id}/notifications/{notification_id}/read/",
    "POST /api/user-updated/",
}
EXAMPLES = 25


@pytest.mark.django_db
@pytest.mark.security
@pytest.mark.slow
@pytest.mark.timeout(60)
class TestSchemaAttack:
    @pytest.mark.parametrize("mode", MODES)
    @pytest.mark.parametrize("caller", ["staff", "service"])
    def test_every_answer_conforms_to_the_schema(self, mint, mode, caller):
        token = mint.staff() if caller == "staff" else mint.service("user_service", scopes=["users:notify"])
        NotificationFactory(pk=1, user_id=1)

        calls = attack(application, mode=mode, examples=EXAMPLES, token_for=lambda _: token)

        assert set(calls) == WITH_INPUT
        assert min(calls.values()) >= EXAMPLES
