"""What notification_service needs of the keys that user_service publishes, to verify tokens."""

from datetime import UTC, datetime

import pytest

from notification_service import wiring
from servicekit.auth.tokens import verify
from tests.support.contracts.consumer import Contract
from tests.support.contracts.keys import add_published_keys, token_for


@pytest.fixture
def user_service() -> Contract:
    return Contract("notification_service", "user_service")


class TestTokenKeys:
    def test_a_token_signed_with_a_published_key_is_valid(self, user_service, settings):
        add_published_keys(user_service)

        with user_service.serving() as url:
            settings.USER_SERVICE_URL = url
            keys = wiring.token_keys.__wrapped__()
            caller = verify(token_for(7), keys, now=datetime.now(UTC))

        assert caller.owns(7)
