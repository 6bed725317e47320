"""Makes collaborators from the settings: the services' defaults. No other module reads settings for them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from django.conf import settings
from django.utils import timezone

from servicekit.auth.keys import KeySource, PublishedKeys
from servicekit.calls.http import HttpNeighbour
from user_service import keys
from user_service.clients import ListeningService, ProfileListener
from user_service.mail import DjangoMailSender, MailSender
from user_service.signing import SigningKey, issue

Clock = Callable[[], datetime]


@dataclass(frozen=True)
class Lifetimes:
    """How long tokens are valid, and sessions at most."""

    access: timedelta
    refresh: timedelta
    service: timedelta
    session: timedelta


@dataclass(frozen=True)
class MailRules:
    """
    What account mails depend on.

    :param shop_url: where customers reach the pages that links lead to.
    :param per_hour: mails of one kind to one address; None for no limit.
    """

    shop_url: str
    per_hour: int | None


@dataclass(frozen=True)
class Client:
    """A service that may get a token."""

    secret: str
    scopes: Sequence[str]


def clock() -> Clock:
    return timezone.now


def lifetimes() -> Lifetimes:
    return Lifetimes(
        access=settings.ACCESS_TOKEN_LIFETIME,
        refresh=settings.REFRESH_TOKEN_LIFETIME,
        service=settings.SERVICE_TOKEN_LIFETIME,
        session=settings.SESSION_LIFETIME,
    )


def mail_rules() -> MailRules:
    return MailRules(shop_url=settings.SHOP_URL, per_hour=settings.ACCOUNT_MAILS_PER_HOUR)


def mail_sender() -> MailSender:
    return DjangoMailSender(sender=settings.DEFAULT_FROM_EMAIL)


def service_clients() -> Mapping[str, Client]:
    return {
        name: Client(secret=secret, scopes=settings.SERVICE_SCOPES.get(name, []))
        for name, secret in settings.SERVICE_CLIENTS.items()
    }


@cache
def profile_listeners() -> Sequence[ProfileListener]:
    neighbours = {
        "order_service": settings.ORDER_SERVICE_URL,
        "notification_service": settings.NOTIFICATION_SERVICE_URL,
    }
    return [ListeningService(HttpNeighbour(name, url, token=_own_service_token)) for name, url in neighbours.items()]


@cache
def signing_key() -> SigningKey:
    """Give the key that signs tokens. Without a file, it is lost when the process ends."""
    path = settings.JWT_PRIVATE_KEY_FILE
    if path is None:
        return SigningKey.generate()
    return keys.load_or_make(path) if settings.JWT_KEY_IS_MADE_WHEN_MISSING else keys.load(path)


@cache
def published_keys() -> list[dict[str, str]]:
    """Give the current key and the retired ones, whose tokens may not have expired yet."""
    retired = [keys.load(path) for path in settings.JWT_RETIRED_KEY_FILES]
    return [key.public_jwk() for key in (signing_key(), *retired)]


@cache
def token_keys() -> KeySource:
    """Give the keys that our own API verifies tokens with: those it publishes, without an HTTP request."""
    return PublishedKeys(lambda: {"keys": published_keys()})


def _own_service_token() -> str:
    """Issue a service token for this service itself."""
    return issue(
        signing_key(),
        subject="user_service",
        roles=["service"],
        scopes=settings.SERVICE_SCOPES["user_service"],
        lifetime=settings.SERVICE_TOKEN_LIFETIME,
        now=timezone.now(),
    )
