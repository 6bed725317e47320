"""The events that consumers need, made by the use cases, as the relay would publish them."""

from datetime import UTC, datetime

from django.contrib.auth.models import User

from servicekit.auth.tokens import verify
from servicekit.messages.wire import WireMessage
from tests.support.contracts.messages import published
from user_service import wiring
from user_service.models import AccountMail
from user_service.services import AddressService, SessionService, UserService
from user_service.services.account_mails import token_of

PASSWORD = "an-example-Passw0rd"
ALICE = {"username": "alice", "email": "alice@example.org", "first_name": "Alice", "password": PASSWORD}


def registered() -> WireMessage:
    return registering(ALICE)


def registered_without_a_first_name() -> WireMessage:
    return registering({**ALICE, "first_name": ""})


def registered_with_a_long_name() -> WireMessage:
    return registering({**ALICE, "first_name": ("Hubert Blaine " * 10).strip()})


def registering(user_data: dict[str, str]) -> WireMessage:
    UserService().create_user_with_profile(user_data)
    return published("user.registered")


def changed() -> WireMessage:
    UserService().update_user_with_profile(an_account().pk, {"first_name": "Alicia"})
    return published("user.updated")


def verified() -> WireMessage:
    user = an_account()
    AddressService().verify(token=token_of(AccountMail.objects.get(user=user)))
    return published("user.updated")


def deleted() -> WireMessage:
    UserService().delete_user(an_account().pk)
    return published("user.deleted")


def signed_out() -> WireMessage:
    an_account()
    sessions = SessionService()
    token = sessions.sign_in(username="alice", password=PASSWORD).access_token
    sessions.sign_out(caller=verify(token, wiring.token_keys(), now=datetime.now(UTC)))
    return published("token.revoked")


def an_account() -> User:
    return UserService().create_user_with_profile(ALICE)


MESSAGES = {
    "a user registered": registered,
    "a user registered without a first name": registered_without_a_first_name,
    "a user with a long name registered": registered_with_a_long_name,
    "a user changed": changed,
    "a user verified the address": verified,
    "a user was deleted": deleted,
    "a user signed out": signed_out,
}
