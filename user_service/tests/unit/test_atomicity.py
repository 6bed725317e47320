"""An account or a session changes and its message is saved, or neither; a case for each service call."""

from contextlib import suppress
from datetime import timedelta

import pytest

from servicekit.auth.keys import PublishedKeys
from servicekit.auth.tokens import verify
from servicekit.testing import FakeClock
from servicekit.testing.atomicity import all_or_nothing, places_without_a_case
from user_service.exceptions import RefreshTokenReused
from user_service.services import (
    AccountMailService,
    AddressService,
    PasswordResetService,
    SessionService,
    StaffService,
    UserService,
)
from user_service.tests.factories import MONDAY_NOON, PASSWORD, UserFactory, UserProfileFactory, account
from user_service.tests.fakes import FakeMailSender
from user_service.tests.links import LastMail, token_in
from user_service.tests.unit.conftest import KEY
from user_service.wiring import Lifetimes, MailRules

pytestmark = pytest.mark.django_db

LIFETIMES = Lifetimes(
    access=timedelta(minutes=15), refresh=timedelta(days=7), service=timedelta(minutes=5), session=timedelta(days=30)
)
CLOCK = FakeClock(MONDAY_NOON)
USERS = UserService(listeners=[], now=CLOCK)
ADDRESSES = AddressService(now=CLOCK)
STAFF = StaffService(users=USERS, now=CLOCK)
RESETS = PasswordResetService(users=USERS, now=CLOCK)
RULES = MailRules(shop_url="https://shop.example", per_hour=None)
SESSIONS = SessionService(key=KEY, clients={}, lifetimes=LIFETIMES, now=CLOCK)


def signed_in(**fields):
    user = UserFactory(with_profile=True, **fields)
    return user, SESSIONS.sign_in(username=user.username, password=PASSWORD)


def last_token():
    sender = FakeMailSender()
    mails = AccountMailService(sender=sender, rules=RULES, now=CLOCK)
    return token_in(LastMail(mails, sender)().body)


def create_user(begin):
    begin()
    USERS.create_user(account(bio="Likes lamps."))


def create_users_bulk(begin):
    begin()
    USERS.create_users_bulk([account(), account(username="bob", email="bob@shop.example")])


def change_email(begin):
    user = UserFactory(with_profile=True)
    begin()
    USERS.update_user_with_profile(user.pk, {"email": "new@shop.example", "bio": "Likes chairs."})


def change_a_proven_address(begin):
    user = UserProfileFactory(proven=True).user
    begin()
    USERS.update_user_with_profile(user.pk, {"email": "new@shop.example"})


def request_verification(begin):
    user = UserFactory(with_profile=True)
    begin()
    ADDRESSES.request_verification(user_id=user.pk)


def verify_email(begin):
    user = UserFactory(with_profile=True)
    ADDRESSES.request_verification(user_id=user.pk)
    token = last_token()
    begin()
    ADDRESSES.verify(token=token)


def request_password_reset(begin):
    begin()
    RESETS.request(email="alice@shop.example")


def reset_password(begin):
    user, _ = signed_in()
    user.profile.verified_email = user.email
    user.profile.save()
    RESETS.request(email=user.email)
    token = last_token()
    begin()
    RESETS.reset(token=token, password="another horse 8")


def deactivate(begin):
    user, _ = signed_in()
    begin()
    USERS.update_user_with_profile(user.pk, {"is_active": False})


def delete_user(begin):
    user, _ = signed_in()
    begin()
    USERS.delete_user(user.pk)


def make_a_customer_staff(begin):
    user, _ = signed_in()
    begin()
    STAFF.ensure_staff(username=user.username, password="another horse 9")


def make_staff_a_customer(begin):
    user, _ = signed_in(staff=True)
    begin()
    STAFF.set_staff(username=user.username, is_staff=False)


def sign_out(begin):
    _, tokens = signed_in()
    caller = verify(tokens.access_token, PublishedKeys(lambda: {"keys": [KEY.public_jwk()]}), now=CLOCK())
    begin()
    SESSIONS.sign_out(caller=caller)


def sign_out_with_a_token_of_an_unknown_session(begin):
    user, tokens = signed_in()
    caller = verify(tokens.access_token, PublishedKeys(lambda: {"keys": [KEY.public_jwk()]}), now=CLOCK())
    user.sessions.all().delete()
    begin()
    SESSIONS.sign_out(caller=caller)


def reuse_refresh_token(begin):
    _, tokens = signed_in()
    SESSIONS.refresh(refresh_token=tokens.refresh_token)
    begin()
    with suppress(RefreshTokenReused):
        SESSIONS.refresh(refresh_token=tokens.refresh_token)


def sign_in(begin):
    UserFactory(username="alice")
    begin()
    SESSIONS.sign_in(username="alice", password=PASSWORD)


def refresh(begin):
    _, tokens = signed_in()
    begin()
    SESSIONS.refresh(refresh_token=tokens.refresh_token)


CASES = [
    create_user,
    create_users_bulk,
    change_email,
    change_a_proven_address,
    request_verification,
    verify_email,
    request_password_reset,
    reset_password,
    deactivate,
    delete_user,
    make_a_customer_staff,
    make_staff_a_customer,
    sign_out,
    sign_out_with_a_token_of_an_unknown_session,
    reuse_refresh_token,
]


@pytest.mark.parametrize("case", CASES)
def test_when_any_write_fails_neither_state_nor_message_is_saved(case):
    all_or_nothing(case)


@pytest.mark.parametrize("case", [sign_in, refresh])
def test_when_any_write_fails_no_part_of_a_session_is_saved(case):
    all_or_nothing(case, with_messages=False)


def test_every_line_that_saves_a_message_has_a_case():
    assert places_without_a_case("user_service", CASES) == []
