"""The provider states of the pacts."""

from django.conf import settings
from django.contrib.auth.models import User

from user_service.models import UserProfile
from user_service.services import SessionService


def a_user(*, id: int, username: str = "", bio: str = "", **account: object) -> None:  # noqa: A002 - the name in the pacts
    """An account with this id."""
    name = username or f"user-{id}"
    user = User.objects.create(id=id, username=name, **{"email": f"{name[:50]}@example.org", **account})
    UserProfile.objects.create(user=user, bio=bio)


def users(*, count: int, name: str, bio: str = "Rings twice") -> None:
    """Accounts with the names `name-1`, `name-2` and so on."""
    for number in range(1, count + 1):
        a_user(id=number, username=f"{name}-{number}", bio=bio)


def nobody(*, id: int) -> None:  # noqa: A002 - the name in the pacts
    assert not User.objects.filter(pk=id).exists()


def a_client(*, client_id: str, client_secret: str) -> None:
    """A service that may get a token; the settings are restored after the verification."""
    settings.SERVICE_CLIENTS = {client_id: client_secret}


STATES = {
    "a user": a_user,
    "users": users,
    "nobody with this id": nobody,
    "a client": a_client,
}


def token_of(service: str) -> str:
    """A token of this service, with its scopes."""
    sessions = SessionService()
    return sessions.service_token(client_id=service, client_secret=sessions.clients[service].secret).access_token
