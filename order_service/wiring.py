"""Makes collaborators from the settings: the services' defaults. No other module reads settings for them."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache

from django.conf import settings
from django.core.cache import cache as django_cache

from order_service.clients.customers import CustomerBook
from order_service.clients.payments import HttpPaymentGateway, PaymentGateway, SandboxGateway
from order_service.clients.users import CachedUserDirectory, HttpUserDirectory, UserDirectory
from servicekit.auth.keys import KeySource, PublishedKeys
from servicekit.auth.service_tokens import ServiceToken
from servicekit.calls.http import HttpNeighbour

Clock = Callable[[], datetime]

GATEWAY_TIMEOUT = (0.5, 3.0)  # seconds to connect, and to answer: the gateway asks the card's bank


def clock() -> Clock:
    return lambda: datetime.now(UTC)


@cache
def user_directory() -> UserDirectory:
    directory = HttpUserDirectory(_user_service(token=_service_token()))
    return CachedUserDirectory(directory, django_cache, seconds=settings.USERS_KEPT_SECONDS)


def customer_book() -> CustomerBook:
    return CustomerBook(_user_service(token=_service_token()))


@cache
def payment_gateway() -> PaymentGateway:
    if settings.PAYMENT_GATEWAY_URL == "sandbox":
        return SandboxGateway()
    neighbour = HttpNeighbour(
        "payment_gateway", settings.PAYMENT_GATEWAY_URL, timeout=GATEWAY_TIMEOUT, concurrency=_calls_at_once()
    )
    return HttpPaymentGateway(neighbour)


@cache
def token_keys() -> KeySource:
    neighbour = _user_service()
    return PublishedKeys(lambda: neighbour.json_object(neighbour.get("/.well-known/jwks.json")), clock=clock())


def _service_token() -> ServiceToken:
    return ServiceToken(_user_service(), client_id="order_service", client_secret=settings.SERVICE_CLIENT_SECRET)


def _user_service(token: Callable[[], str] | None = None) -> HttpNeighbour:
    return HttpNeighbour("user_service", settings.USER_SERVICE_URL, token=token, concurrency=_calls_at_once())


def _calls_at_once() -> int:
    # Two threads stay free for requests that need no other service, such as a page of products.
    return max(1, settings.WEB_THREADS - 2)
