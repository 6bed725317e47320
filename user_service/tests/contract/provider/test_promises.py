"""user_service keeps what it promised: pacts/*-user_service.json, replayed against the running service."""

import pytest
from django.conf import settings
from django.test import override_settings

from tests.support.contracts.pacts import Promise
from tests.support.contracts.provider import Provider, Verification
from user_service.tests.contract.provider.messages import MESSAGES
from user_service.tests.contract.provider.states import STATES, token_of

PROVIDER = Provider("user_service", states=STATES, messages=MESSAGES, token=token_of)
PROMISES = PROVIDER.promises()

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def verification(django_db_setup, django_db_blocker) -> Verification:
    with django_db_blocker.unblock(), override_settings(SERVICE_CLIENTS=settings.SERVICE_CLIENTS):
        return PROVIDER.verify_folder()


@pytest.mark.parametrize("promise", PROMISES, ids=str)
def test_keeps_its_promise(verification: Verification, promise: Promise):
    verification.check(promise)


def test_every_promise_was_looked_at(verification: Verification):
    verification.check_whole(PROMISES)
