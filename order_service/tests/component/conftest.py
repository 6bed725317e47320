"""The whole service through its API and its queues; the other services are faked at the socket."""

from collections.abc import Iterator
from decimal import Decimal

import pytest
import responses
from django.core.cache import cache

from order_service import wiring
from order_service.models import Product
from order_service.tests.component.neighbours import FakeGateway, FakeUserService
from order_service.tests.factories import ALICE, BOB, MALLORY, ProductFactory
from servicekit.api.throttling import local_counts
from servicekit.testing import TokenMint
from servicekit.testing.client import ApiClient
from servicekit.testing.http import fake_neighbours


@pytest.fixture(scope="session")
def mint() -> TokenMint:
    return TokenMint()


@pytest.fixture(autouse=True)
def neighbours() -> Iterator[responses.RequestsMock]:
    for collaborator in (wiring.user_directory, wiring.payment_gateway, wiring.token_keys):
        collaborator.cache_clear()
    cache.clear()
    local_counts.clear()
    with fake_neighbours() as socket:
        yield socket


@pytest.fixture(autouse=True)
def user_service(neighbours: responses.RequestsMock, mint: TokenMint) -> FakeUserService:
    fake = FakeUserService(neighbours, mint)
    for user_id in (1, ALICE, BOB, MALLORY):
        fake.knows(user_id)
    return fake


@pytest.fixture(autouse=True)
def gateway(neighbours: responses.RequestsMock) -> FakeGateway:
    return FakeGateway(neighbours)


@pytest.fixture
def nobody() -> ApiClient:
    return ApiClient()


@pytest.fixture
def alice(mint: TokenMint) -> ApiClient:
    return ApiClient.as_(mint.customer(ALICE))


@pytest.fixture
def bob(mint: TokenMint) -> ApiClient:
    return ApiClient.as_(mint.customer(BOB))


@pytest.fixture
def mallory(mint: TokenMint) -> ApiClient:
    return ApiClient.as_(mint.customer(MALLORY))


@pytest.fixture
def staff(mint: TokenMint) -> ApiClient:
    return ApiClient.as_(mint.staff(1))


@pytest.fixture
def service(mint: TokenMint) -> ApiClient:
    return ApiClient.as_(mint.service("user_service", scopes=["users:notify"]))


@pytest.fixture
def lamp(db) -> Product:
    return ProductFactory(name="Lamp", price=Decimal("20.00"), stock_quantity=10)
