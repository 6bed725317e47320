"""The whole service, called through its API and its queues; user_service is faked at the socket."""

from collections.abc import Iterator

import pytest
from django.core.cache import cache

from notification_service import wiring
from notification_service.tests.component.neighbours import FakeUserService
from notification_service.tests.people import ALICE
from servicekit.api.throttling import local_counts
from servicekit.testing import TokenMint
from servicekit.testing.client import ApiClient
from servicekit.testing.http import fake_neighbours


@pytest.fixture(scope="session")
def mint() -> TokenMint:
    return TokenMint()


@pytest.fixture(autouse=True)
def user_service(mint: TokenMint) -> Iterator[FakeUserService]:
    for collaborator in (wiring.user_directory, wiring.token_keys):
        collaborator.cache_clear()
    cache.clear()
    local_counts.clear()
    with fake_neighbours() as responses:
        yield FakeUserService(responses, mint)


@pytest.fixture
def anonymous() -> ApiClient:
    return ApiClient()


@pytest.fixture
def alice(mint: TokenMint) -> ApiClient:
    return ApiClient.as_(mint.customer(ALICE))


@pytest.fixture
def staff(mint: TokenMint) -> ApiClient:
    return ApiClient.as_(mint.staff())


@pytest.fixture
def service(mint: TokenMint) -> ApiClient:
    return ApiClient.as_(mint.service("user_service", scopes=["users:notify"]))
