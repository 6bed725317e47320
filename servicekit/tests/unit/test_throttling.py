from datetime import UTC, datetime

import pytest
from django.test import RequestFactory
from rest_framework.request import Request

from servicekit.api.throttling import CallerThrottle, DefaultThrottle
from servicekit.auth.callers import AnonymousCaller, Principal


class NoRedis:
    """A cache whose Redis is down."""

    def count(self, key, *, seconds):
        return None


class Lenient(CallerThrottle):
    scope = "lenient"
    cache = NoRedis()


class Strict(CallerThrottle):
    scope = "strict"
    cache = NoRedis()
    counts_without_redis = True


@pytest.fixture(autouse=True)
def rates(settings):
    settings.THROTTLE_LENIENT = settings.THROTTLE_STRICT = settings.THROTTLE_DEFAULT = "2/min"


def allowed(throttle, *, address, user=None, times=4):
    request = Request(RequestFactory().get("/", REMOTE_ADDR=address))
    request.user = user or AnonymousCaller()
    return [throttle().allow_request(request, None) for _ in range(times)]


class TestWithoutRedis:
    def test_requests_are_allowed(self):
        assert allowed(Lenient, address="192.0.2.1") == [True] * 4

    def test_a_strict_limit_is_counted_in_this_process(self):
        assert allowed(Strict, address="192.0.2.2") == [True, True, False, False]
        assert allowed(Strict, address="192.0.2.3", times=1) == [True]


class TestDefault:
    def test_limits_each_address(self):
        assert allowed(DefaultThrottle, address="192.0.2.4") == [True, True, False, False]
        assert allowed(DefaultThrottle, address="192.0.2.5", times=1) == [True]

    def test_does_not_limit_other_services(self):
        service = Principal(
            id=None,
            name="order_service",
            roles=frozenset({"service"}),
            scopes=frozenset(),
            token_id="t",
            expires_at=datetime(2030, 1, 1, tzinfo=UTC),
        )

        assert allowed(DefaultThrottle, address="192.0.2.6", user=service) == [True] * 4
