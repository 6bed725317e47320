"""What changes here when an account changes at user_service."""

from datetime import UTC, datetime, timedelta

import pytest

from notification_service.models import Delivery, Notification, Recipient, Revocation
from notification_service.services import AccountService
from notification_service.tests.factories import DeliveryFactory
from notification_service.tests.fakes import FakeUserDirectory
from notification_service.tests.people import ALICE, BOB, MONDAY_NOON
from servicekit.auth.callers import Principal
from servicekit.testing import FakeClock
from servicekit.testing.messages import commands

pytestmark = pytest.mark.django_db


@pytest.fixture
def users():
    return FakeUserDirectory()


@pytest.fixture
def clock():
    return FakeClock(MONDAY_NOON)


@pytest.fixture
def accounts(users, clock):
    return AccountService(users=users, now=clock)


def token_of(user_id, *, token_id="a-token"):
    return Principal(
        id=user_id,
        name=f"user:{user_id}",
        roles=frozenset({"customer"}),
        scopes=frozenset(),
        token_id=token_id,
        expires_at=datetime(2026, 11, 23, 12, 15, tzinfo=UTC),
    )


class TestForgetContact:
    def test_drops_the_cached_contact(self, accounts, users):
        accounts.forget_contact(user_id=ALICE)

        assert users.forgotten == [ALICE]


class TestUpdate:
    def test_drops_the_cached_contact(self, accounts, users):
        accounts.update(user_id=ALICE, is_verified=False)

        assert users.forgotten == [ALICE]

    @pytest.mark.parametrize(("is_verified", "tasks"), [(True, 1), (False, 0)])
    def test_sends_the_mails_that_waited_for_the_verification(self, accounts, is_verified, tasks):
        DeliveryFactory()

        accounts.update(user_id=ALICE, is_verified=is_verified)

        assert len(commands()) == tasks


class TestDelete:
    def test_deletes_the_notifications_and_deliveries_of_this_user_only(self, accounts):
        DeliveryFactory()
        of_bob = DeliveryFactory(notification__user_id=BOB)

        accounts.delete(user_id=ALICE)

        assert list(Notification.objects.all()) == [of_bob.notification]
        assert list(Delivery.objects.all()) == [of_bob]

    def test_no_other_user_counts_as_deleted(self, accounts):
        Recipient.objects.create(user_id=BOB)

        accounts.delete(user_id=ALICE)

        assert Recipient.objects.get(user_id=BOB).deleted_at is None

    def test_revokes_all_tokens_of_this_user_only(self, accounts):
        accounts.delete(user_id=ALICE)

        assert Revocation.covers(token_of(ALICE))
        assert not Revocation.covers(token_of(BOB))

    def test_the_revocation_lasts_longer_than_any_token(self, accounts):
        accounts.delete(user_id=ALICE)

        assert Revocation.objects.get().expires_at == MONDAY_NOON + timedelta(hours=1)

    def test_drops_the_cached_contact(self, accounts, users):
        accounts.delete(user_id=ALICE)

        assert users.forgotten == [ALICE]

    def test_a_repeated_deletion_keeps_the_time_of_the_first(self, accounts, clock):
        accounts.delete(user_id=ALICE)
        clock.advance(days=1)

        accounts.delete(user_id=ALICE)

        assert Recipient.objects.get().deleted_at == MONDAY_NOON


class TestRevokeToken:
    def test_revokes_this_token_only(self, accounts):
        accounts.revoke_token(token_id="a-token", expires_at=MONDAY_NOON + timedelta(minutes=15))

        assert Revocation.covers(token_of(ALICE, token_id="a-token"))
        assert not Revocation.covers(token_of(ALICE, token_id="another"))
