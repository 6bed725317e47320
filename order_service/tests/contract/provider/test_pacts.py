"""order_service as a provider: the pacts in pacts/ are verified."""

import pytest

from order_service.tests.contract.provider.service import PROVIDER
from tests.support.contracts.pacts import Interaction
from tests.support.contracts.verification import Verification

INTERACTIONS = PROVIDER.interactions()

# The first test waits for the verification of all.
pytestmark = [pytest.mark.django_db, pytest.mark.timeout(60)]


@pytest.fixture(scope="module")
def verification(django_db_setup, django_db_blocker) -> Verification:
    with django_db_blocker.unblock():
        return PROVIDER.verify_folder()


@pytest.mark.parametrize("interaction", INTERACTIONS, ids=str)
def test_fulfils_the_interaction(verification: Verification, interaction: Interaction):
    verification.check(interaction)


def test_every_interaction_was_verified(verification: Verification):
    verification.check_complete(INTERACTIONS)
