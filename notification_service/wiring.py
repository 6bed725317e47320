"""Makes collaborators from the settings: the services' defaults. No other module reads settings for them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from django.conf import settings
from django.core.cache import cache as django_cache
from django.utils import timezone

from notification_service.clients import CachedUserDirectory, HttpUserDirectory, UserDirectory
from notification_service.mail import DjangoMailSender, MailSender
from servicekit.auth.keys import KeySource, PublishedKeys
from servicekit.auth.service_tokens import ServiceToken
from servicekit.calls.http import HttpNeighbour

Clock = Callable[[], datetime]

CONTACT_SECONDS = 60
NEIGHBOUR_TIMEOUT = (0.5, 2.0)  # seconds to connect, and to answer


def clock() -> Clock:
    return timezone.now


@dataclass(frozen=True)
class Limits:
    """:param mails_per_hour: to one user; None for no limit."""

    mails_per_hour: int | None


def limits() -> Limits:
    return Limits(mails_per_hour=settings.MAILS_PER_HOUR)


@cache
def user_directory() -> UserDirectory:
    token = ServiceToken(
        _user_service(), client_id="notification_service", client_secret=settings.SERVICE_CLIENT_SECRET
    )
    return CachedUserDirectory(HttpUserDirectory(_user_service(token=token)), django_cache, seconds=CONTACT_SECONDS)


def mail_sender() -> MailSender:
    return DjangoMailSender(sender=settings.DEFAULT_FROM_EMAIL)


@cache
def token_keys() -> KeySource:
    neighbour = _user_service()
    return PublishedKeys(lambda: neighbour.json_object(neighbour.get("/.well-known/jwks.json")), clock=clock())


def _user_service(token: Callable[[], str] | None = None) -> HttpNeighbour:
    return HttpNeighbour("user_service", settings.USER_SERVICE_URL, timeout=NEIGHBOUR_TIMEOUT, token=token)
