"""The whole service through its API; requests to other services are intercepted."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.core.cache import cache

from servicekit.api.throttling import local_counts
from servicekit.testing import TokenMint
from servicekit.testing.client import ApiClient
from servicekit.testing.http import fake_neighbours
from user_service import wiring
from user_service.tests.factories import UserFactory, UserProfileFactory

Caller = Callable[[User], ApiClient]


@pytest.fixture(autouse=True)
def neighbours():
    """Answers only the requests that a test defines."""
    cache.clear()
    local_counts.clear()
    with fake_neighbours() as mock:
        yield mock


@pytest.fixture
def mint():
    """Signs tokens with the key of the service."""
    mint = TokenMint()
    mint.signing_key = wiring.signing_key()
    return mint


@pytest.fixture
def calling(mint) -> Caller:
    def as_(user: User) -> ApiClient:
        return ApiClient.as_(mint.staff(user.pk) if user.is_staff else mint.customer(user.pk))

    return as_


@pytest.fixture
def alice(db) -> User:
    return UserProfileFactory(user__username="alice", user__email="alice@shop.example").user


@pytest.fixture
def bob(db) -> User:
    return UserFactory(username="bob")


@pytest.fixture
def nobody() -> ApiClient:
    return ApiClient()


@pytest.fixture
def as_alice(calling, alice) -> ApiClient:
    return calling(alice)


@pytest.fixture
def as_bob(calling, bob) -> ApiClient:
    return calling(bob)


@pytest.fixture
def as_staff(calling, db) -> ApiClient:
    return calling(UserFactory(username="sara", staff=True))


@pytest.fixture
def as_service(mint) -> ApiClient:
    return ApiClient.as_(mint.service("order_service", scopes=["users:read"]))


@pytest.fixture
def as_service_without_scope(mint) -> ApiClient:
    return ApiClient.as_(mint.service("order_service", scopes=["users:notify"]))
