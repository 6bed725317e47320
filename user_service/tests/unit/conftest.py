"""Services with fakes, a clock that stands still at Monday noon, and an empty cache."""

from datetime import timedelta

import pytest
from django.core.cache import cache

from servicekit.testing import FakeClock
from user_service.services import AccountMailService, AddressService, PasswordResetService, SessionService, UserService
from user_service.signing import SigningKey
from user_service.tests.factories import MONDAY_NOON, UserFactory
from user_service.tests.fakes import FakeListener, FakeMailSender
from user_service.tests.links import LastMail
from user_service.wiring import Client, Lifetimes, MailRules

KEY = SigningKey.generate()


@pytest.fixture(autouse=True)
def _empty_cache():
    cache.clear()


@pytest.fixture
def clock():
    return FakeClock(MONDAY_NOON)


@pytest.fixture
def listener():
    return FakeListener()


@pytest.fixture
def users(listener, clock):
    return UserService(listeners=[listener], now=clock)


@pytest.fixture
def sessions(clock):
    return SessionService(
        key=KEY,
        clients={"order_service": Client(secret="the-secret", scopes=["users:read"])},
        lifetimes=Lifetimes(
            access=timedelta(minutes=15),
            refresh=timedelta(days=7),
            service=timedelta(minutes=5),
            session=timedelta(days=30),
        ),
        now=clock,
    )


@pytest.fixture
def sender():
    return FakeMailSender()


@pytest.fixture
def mails(sender, clock):
    return AccountMailService(sender=sender, rules=MailRules(shop_url="https://shop.example", per_hour=5), now=clock)


@pytest.fixture
def addresses(clock):
    return AddressService(now=clock)


@pytest.fixture
def resets(users, clock):
    return PasswordResetService(users=users, now=clock)


@pytest.fixture
def last_mail(mails, sender):
    """`last_mail()`: send the mails that wait, and give the last one that was sent."""
    return LastMail(mails, sender)


@pytest.fixture
def alice(db):
    return UserFactory(username="alice", email="alice@shop.example")
