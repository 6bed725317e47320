"""The address of an account is proven by a link, which is signed, expires, and is good once."""

import pytest
from django.core.signing import Signer

from servicekit.testing.messages import commands, published
from user_service.exceptions import InvalidMailToken, UserNotFoundError
from user_service.models import AccountMail, UserProfile, has_proven_address
from user_service.services import NOTIFY_PROFILE_UPDATE, SEND_ACCOUNT_MAIL
from user_service.tests.factories import UserFactory, UserProfileFactory, account
from user_service.tests.links import token_in

pytestmark = [pytest.mark.django_db, pytest.mark.security]


@pytest.fixture
def registered(users):
    return users.create_user(account(email="Alice@shop.example"))


@pytest.fixture
def token(registered, last_mail):
    return token_in(last_mail().body)


@pytest.fixture
def proven(addresses, token):
    """The address of the account is proven."""
    addresses.verify(token=token)


def is_proven(user):
    user.refresh_from_db()
    return has_proven_address(user)


class TestVerify:
    def test_proves_the_address(self, addresses, registered, token):
        addresses.verify(token=token)

        assert is_proven(registered)
        assert UserProfile.objects.get().verified_email == "alice@shop.example"

    def test_announces_that_the_address_is_proven(self, addresses, registered, token):
        addresses.verify(token=token)

        assert published("user.updated")[0].data == {
            "user_id": registered.pk,
            "changes": ["email_verified"],
            "is_active": True,
        }
        assert commands(NOTIFY_PROFILE_UPDATE) == [
            (NOTIFY_PROFILE_UPDATE, {"user_id": registered.pk, "changes": ["email_verified"]})
        ]

    def test_is_possible_once(self, addresses, token):
        addresses.verify(token=token)

        with pytest.raises(InvalidMailToken):
            addresses.verify(token=token)

    def test_is_possible_for_two_days(self, addresses, registered, token, clock):
        clock.advance(hours=48)

        with pytest.raises(InvalidMailToken):
            addresses.verify(token=token)
        assert not is_proven(registered)

    def test_needs_a_token_of_ours(self, addresses, registered, token):
        mail = AccountMail.objects.get()
        forged = [
            "",
            str(mail.id),
            token[:-1] + ("a" if token[-1] != "a" else "b"),
            Signer(salt="user_service.account_mail.reset").sign(str(mail.id)),
            Signer(key="stolen elsewhere", salt="user_service.account_mail.verify").sign(str(mail.id)),
        ]
        for each in forged:
            with pytest.raises(InvalidMailToken):
                addresses.verify(token=each)
        assert not is_proven(registered)

    def test_does_not_prove_an_address_that_the_account_had_before(self, users, addresses, registered, token):
        users.update_user_with_profile(registered.pk, {"email": "al@shop.example"})

        with pytest.raises(InvalidMailToken):
            addresses.verify(token=token)

    def test_does_not_prove_the_address_of_a_deleted_account(self, users, addresses, registered, token):
        users.delete_user(registered.pk)

        with pytest.raises(InvalidMailToken):
            addresses.verify(token=token)

    def test_does_not_prove_an_address_that_another_account_has_proven(self, addresses, registered, token):
        UserProfileFactory(user__email="alice@shop.example", proven=True)

        with pytest.raises(InvalidMailToken):
            addresses.verify(token=token)
        assert not is_proven(registered)

    def test_creates_a_missing_profile(self, addresses, alice, last_mail):
        addresses.request_verification(user_id=alice.pk)

        addresses.verify(token=token_in(last_mail().body))

        assert is_proven(alice)


class TestRequestVerification:
    def test_sends_another_link(self, addresses, registered, token, last_mail):
        addresses.request_verification(user_id=registered.pk)

        again = token_in(last_mail().body)
        assert again != token
        addresses.verify(token=again)

    def test_sends_nothing_when_the_address_is_proven(self, addresses):
        user = UserProfileFactory(proven=True).user

        addresses.request_verification(user_id=user.pk)

        assert commands(SEND_ACCOUNT_MAIL) == []

    def test_sends_nothing_when_there_is_no_address(self, addresses):
        addresses.request_verification(user_id=UserFactory(email="").pk)

        assert commands(SEND_ACCOUNT_MAIL) == []

    def test_for_an_unknown_user_raises_user_not_found(self, addresses):
        with pytest.raises(UserNotFoundError):
            addresses.request_verification(user_id=404)


class TestChangeOfAddress:
    def test_needs_another_proof(self, users, addresses, registered, token):
        addresses.verify(token=token)

        users.update_user_with_profile(registered.pk, {"email": "al@shop.example"})

        assert not is_proven(registered)

    def test_in_case_alone_keeps_the_proof(self, users, addresses, registered, token):
        addresses.verify(token=token)

        users.update_user_with_profile(registered.pk, {"email": "ALICE@shop.example"})

        assert is_proven(registered)

    def test_is_told_to_the_old_address(self, users, registered, proven, last_mail, sender):
        users.update_user_with_profile(registered.pk, {"email": "al@shop.example"})

        last_mail()
        assert [(mail.to, mail.subject) for mail in sender.mails[1:]] == [
            ("alice@shop.example", "Your e-mail address was changed"),
            ("al@shop.example", "Confirm your e-mail address"),
        ]

    def test_is_not_told_to_an_old_address_that_was_not_proven(self, users, registered, last_mail, sender):
        last_mail()

        users.update_user_with_profile(registered.pk, {"email": "al@shop.example"})

        last_mail()
        assert [mail.to for mail in sender.mails[1:]] == ["al@shop.example"]
