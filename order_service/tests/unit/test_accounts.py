from datetime import timedelta

import pytest

from order_service.models import Revocation
from order_service.services import AccountService
from order_service.tests.factories import ALICE, MONDAY_NOON


@pytest.fixture
def accounts(users, clock):
    return AccountService(users=users, now=clock)


class TestAccountService:
    def test_an_update_removes_the_user_from_the_cache(self, accounts, users):
        accounts.updated(user_id=ALICE)

        assert users.forgotten == [ALICE]

    @pytest.mark.django_db
    def test_a_deletion_revokes_the_tokens_of_the_user(self, accounts, users):
        accounts.deleted(user_id=ALICE)

        [revocation] = Revocation.objects.all()
        assert (revocation.key, revocation.expires_at) == (f"user:{ALICE}", MONDAY_NOON + timedelta(hours=1))
        assert users.forgotten == [ALICE]

    @pytest.mark.django_db
    def test_a_revocation_is_stored_until_the_token_expires(self, accounts):
        accounts.token_revoked(token_id="t-1", expires_at=MONDAY_NOON)

        [revocation] = Revocation.objects.all()
        assert (revocation.key, revocation.expires_at) == ("jti:t-1", MONDAY_NOON)
