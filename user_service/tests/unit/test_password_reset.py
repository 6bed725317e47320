"""A new password by a link to the proven address."""

import pytest

from servicekit.testing.messages import published
from user_service.exceptions import InvalidMailToken, InvalidUserData
from user_service.models import Session
from user_service.tests.factories import PASSWORD, UserFactory, UserProfileFactory
from user_service.tests.links import token_in

pytestmark = [pytest.mark.django_db, pytest.mark.security]

NEW_PASSWORD = "another horse 8"


@pytest.fixture
def owner():
    return UserProfileFactory(user__username="alice", user__email="Alice@shop.example", proven=True).user


@pytest.fixture
def token(owner, resets, last_mail):
    resets.request(email="ALICE@shop.example")
    return token_in(last_mail().body)


class TestRequest:
    def test_the_mail_names_the_account(self, owner, resets, last_mail):
        resets.request(email=owner.email)

        assert (last_mail().to, "alice" in last_mail().body) == ("alice@shop.example", True)

    def test_an_address_that_nobody_has_proven_gets_no_mail(self, resets, last_mail):
        UserFactory(email="alice@shop.example")
        resets.request(email="alice@shop.example")

        with pytest.raises(IndexError):
            last_mail()

    def test_an_inactive_account_gets_no_mail(self, resets, last_mail):
        UserProfileFactory(user__email="alice@shop.example", user__inactive=True, proven=True)
        resets.request(email="alice@shop.example")

        with pytest.raises(IndexError):
            last_mail()

    def test_makes_the_same_number_of_queries_for_every_address(self, owner, resets, django_assert_num_queries):
        for email in (owner.email, "unknown@shop.example"):
            with django_assert_num_queries(4):  # the row, the command, and the transaction around them
                resets.request(email=email)


class TestReset:
    def test_sets_the_password(self, owner, resets, token):
        resets.reset(token=token, password=NEW_PASSWORD)

        owner.refresh_from_db()
        assert owner.check_password(NEW_PASSWORD)

    def test_ends_all_sessions(self, owner, resets, sessions, token):
        sessions.sign_in(username="alice", password=PASSWORD)

        resets.reset(token=token, password=NEW_PASSWORD)

        assert not Session.objects.filter(ended_at=None).exists()
        assert len(published("token.revoked")) == 1

    def test_uses_up_the_links_in_all_mails(self, owner, resets, token, last_mail):
        resets.request(email=owner.email)
        other = token_in(last_mail().body)
        resets.reset(token=token, password=NEW_PASSWORD)

        for used in (token, other):
            with pytest.raises(InvalidMailToken):
                resets.reset(token=used, password="a third horse 7")

    def test_is_possible_for_an_hour(self, resets, token, clock):
        clock.advance(hours=1)

        with pytest.raises(InvalidMailToken):
            resets.reset(token=token, password=NEW_PASSWORD)

    def test_is_refused_once_the_account_has_another_address(self, users, owner, resets, token):
        users.update_user_with_profile(owner.pk, {"email": "al@shop.example"})

        with pytest.raises(InvalidMailToken):
            resets.reset(token=token, password=NEW_PASSWORD)

    def test_a_weak_password_is_refused_and_the_link_stays_good(self, resets, token):
        with pytest.raises(InvalidUserData):
            resets.reset(token=token, password="password123")

        resets.reset(token=token, password=NEW_PASSWORD)
