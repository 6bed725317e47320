"""
The whole service through its API and its queues; user_service is faked at the socket.

What needs Django is imported inside the fixtures: this file is read before Django is set up.
"""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

from notification_service.tests.component.neighbours import FakeUserService
from notification_service.tests.people import ALICE
from servicekit.testing import TokenMint
from servicekit.testing.http import made_up_neighbours

if TYPE_CHECKING:
    from servicekit.testing.client import ApiClient

Caller = Callable[[str], "ApiClient"]


@pytest.fixture(scope="session")
def mint() -> TokenMint:
    return TokenMint()


@pytest.fixture(autouse=True)
def user_service(mint: TokenMint) -> Iterator[FakeUserService]:
    from django.core.cache import cache

    from notification_service import wiring

    for collaborator in (wiring.user_directory, wiring.token_keys):
        collaborator.cache_clear()
    cache.clear()
    with made_up_neighbours() as socket:
        yield FakeUserService(socket, mint)


@pytest.fixture
def calling() -> Caller:
    from servicekit.testing.client import ApiClient

    return ApiClient.as_


@pytest.fixture
def nobody() -> "ApiClient":
    from servicekit.testing.client import ApiClient

    return ApiClient()


@pytest.fixture
def alice(mint: TokenMint, calling: Caller) -> "ApiClient":
    return calling(mint.customer(ALICE))


@pytest.fixture
def staff(mint: TokenMint, calling: Caller) -> "ApiClient":
    return calling(mint.staff())


@pytest.fixture
def service(mint: TokenMint, calling: Caller) -> "ApiClient":
    return calling(mint.service("user_service", scopes=["users:notify"]))
