"""Services with fakes, a clock that stands still at Monday noon, and an empty cache."""

from datetime import timedelta

import pytest
from django.core.cache import cache

from servicekit.testing import FakeClock
from user_service.services import SessionService, UserService
from user_service.signing import SigningKey
from user_service.tests.factories import MONDAY_NOON, UserFactory
from user_service.tests.fakes import FakeListener
from user_service.wiring import Client, Lifetimes

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
        lifetimes=Lifetimes(access=timedelta(minutes=15), refresh=timedelta(days=7), service=timedelta(minutes=5)),
        now=clock,
    )


@pytest.fixture
def alice(db):
    return UserFactory(username="alice", email="alice@shop.example")
