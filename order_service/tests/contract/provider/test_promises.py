"""order_service does what its consumers require: pacts/*-order_service.json, replayed."""

import pytest

from order_service.tests.contract.provider.service import PROVIDER
from tests.support.contracts.pacts import Promise
from tests.support.contracts.provider import Verification

PROMISES = PROVIDER.promises()

# The first test waits for the verification of all.
pytestmark = [pytest.mark.django_db, pytest.mark.timeout(60)]


@pytest.fixture(scope="module")
def verification(django_db_setup, django_db_blocker) -> Verification:
    with django_db_blocker.unblock():
        return PROVIDER.verify_folder()


@pytest.mark.parametrize("promise", PROMISES, ids=str)
def test_keeps_its_promise(verification: Verification, promise: Promise):
    verification.check(promise)


def test_every_promise_was_looked_at(verification: Verification):
    verification.check_whole(PROMISES)
