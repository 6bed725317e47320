"""What follows here when an account changes at user_service."""

from datetime import UTC, datetime, timedelta

import pytest

from notification_service.models import Delivery, Notification, Recipient, Revocation
from notification_service.services import AccountService
from notification_service.tests.factories import DeliveryFactory, NotificationFactory
from notification_service.tests.fakes import FakeUserDirectory
from notification_service.tests.people import ALICE, BOB, MONDAY_NOON
from servicekit.auth.tokens import Principal
from servicekit.testing import FakeClock

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


class TestUpdated:
    def test_forgets_name_and_address(self, accounts, users):
        accounts.updated(user_id=ALICE)

        assert users.forgotten == [ALICE]

    def test_tells_nobody(self, accounts):
        accounts.updated(user_id=ALICE)

        assert not Notification.objects.exists()


class TestDeleted:
    def test_removes_what_the_user_was_told(self, accounts):
        DeliveryFactory()
        of_bob = NotificationFactory(user_id=BOB)

        accounts.deleted(user_id=ALICE)

        assert list(Notification.objects.all()) == [of_bob]
        assert not Delivery.objects.exists()

    def test_revokes_all_tokens(self, accounts):
        accounts.deleted(user_id=ALICE)

        assert Revocation.covers(token_of(ALICE))
        assert not Revocation.covers(token_of(BOB))

    def test_forgets_name_and_address(self, accounts, users):
        accounts.deleted(user_id=ALICE)

        assert users.forgotten == [ALICE]

    def test_remembers_when_it_heard_of_it_first(self, accounts, clock):
        accounts.deleted(user_id=ALICE)
        clock.advance(days=1)

        accounts.deleted(user_id=ALICE)

        assert Recipient.objects.get().deleted_at == MONDAY_NOON


class TestTokenRevoked:
    def test_this_token_opens_nothing_any_more(self, accounts):
        accounts.token_revoked(token_id="a-token", expires_at=MONDAY_NOON + timedelta(minutes=15))

        assert Revocation.covers(token_of(ALICE, token_id="a-token"))
        assert not Revocation.covers(token_of(ALICE, token_id="another"))
