import pytest
from django.core.cache import cache

from servicekit.api.throttling import local_counts
from servicekit.testing.client import ApiClient
from servicekit.tests.counter.wiring import mint as counters_mint


@pytest.fixture(autouse=True)
def empty_cache():
    cache.clear()
    local_counts.clear()


@pytest.fixture
def mint():
    return counters_mint


@pytest.fixture
def nobody():
    """A client that gets an exception as a 500."""
    return ApiClient(raise_request_exception=False)
