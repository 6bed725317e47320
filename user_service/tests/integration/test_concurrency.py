"""Many callers in the same moment: constraints and locks decide, and everybody gets an answer."""

from collections import Counter
from functools import partial

import pytest
from django.contrib.auth.models import User

from tests.support.concurrently import concurrently
from user_service.models import AccountMail, Session, UserProfile
from user_service.services.account_mails import token_of
from user_service.tests.factories import PASSWORD
from user_service.tests.integration.effects import announced

TEN = range(10)


def cases(text):
    """Ten ways to write a name; large and small letters do not count."""
    return [text[:cut].upper() + text[cut:] for cut in TEN]


def statuses(answers):
    return Counter(answer.status_code for answer in answers)


class TestRegistering:
    def test_ten_times_under_one_name_opens_one_account(self, somebody):
        alice = somebody()

        answers = concurrently(
            [
                partial(alice.registers, username=name, email=f"{n}-{alice.email}")
                for n, name in enumerate(cases(alice.name))
            ]
        )

        assert statuses(answers) == {201: 1, 400: 9}
        assert {field for answer in answers if answer.status_code == 400 for field in answer.json()} == {"username"}
        [user] = User.objects.filter(username__iexact=alice.name)
        assert announced(user.pk) == ["user.registered"]
        assert UserProfile.objects.filter(user=user).count() == 1


@pytest.mark.security
class TestVerifying:
    def test_one_address_by_ten_accounts_is_granted_to_one(self, somebody):
        alice = somebody()
        for number, email in enumerate(cases(alice.email)):
            assert alice.registers(username=f"{alice.name}-{number}", email=email).status_code == 201
        tokens = [token_of(mail) for mail in AccountMail.objects.filter(to=alice.email)]

        answers = concurrently([partial(alice.verifies, token) for token in tokens])

        assert statuses(answers) == {204: 1, 400: 9}
        assert UserProfile.objects.filter(verified_email=alice.email).count() == 1

    def test_ten_times_with_one_token_succeeds_once(self, alice):
        token = token_of(AccountMail.objects.get(user=alice.id))

        answers = concurrently([partial(alice.verifies, token)] * 10)

        assert statuses(answers) == {204: 1, 400: 9}


class TestRefreshing:
    @pytest.mark.security
    def test_ten_times_with_one_token_gives_one_answer_and_ends_the_session(self, alice):
        """Two parties have the token, so neither keeps what it got."""
        answers = concurrently([alice.refreshes] * 10)

        assert Counter(answer.json().get("code") for answer in answers) == {
            None: 1,
            "REFRESH_TOKEN_REUSED": 1,
            "INVALID_REFRESH_TOKEN": 8,
        }
        [given] = [answer.json() for answer in answers if answer.ok]
        assert alice.looks().status_code == 401
        alice.access_token, alice.refresh_token = given["access_token"], given["refresh_token"]
        assert alice.looks().status_code == 401
        assert alice.refreshes().status_code == 401
        assert announced(alice.id) == ["user.registered", "token.revoked", "token.revoked"]


class TestChanging:
    def test_different_fields_keeps_them_all(self, alice):
        wanted = {
            "first_name": "Al",
            "last_name": "Lee",
            "bio": "Likes lamps.",
            "birth_date": "1990-05-17",
            "phone_number": "+493012345678",
            "email": f"new-{alice.email}",
        }

        answers = concurrently(
            [partial(alice.changes, current_password=PASSWORD, **{name: value}) for name, value in wanted.items()]
        )

        assert statuses(answers) == {200: len(wanted)}
        assert alice.looks().json().items() >= wanted.items()
        assert Counter(announced(alice.id)) == {"user.registered": 1, "user.updated": len(wanted)}

    def test_the_first_profile_of_an_account_makes_one(self, alice):
        """Accounts that Django's own commands made have none."""
        UserProfile.objects.filter(user=alice.id).delete()

        answers = concurrently([partial(alice.changes, bio=f"number {n}") for n in TEN])

        assert statuses(answers) == {200: 10}
        assert UserProfile.objects.filter(user=alice.id).count() == 1

    def test_two_accounts_to_one_name_is_granted_once(self, customer, staff):
        both = [customer(), customer()]
        name = f"wanted-{both[0].name}"

        answers = concurrently([partial(staff.changes, of=each, username=name) for each in both])

        assert statuses(answers) == {200: 1, 400: 1}
        assert User.objects.filter(username=name).count() == 1

    def test_while_the_account_is_deleted_breaks_nothing(self, alice):
        left, *answers = concurrently([alice.leaves, *(partial(alice.changes, bio=f"number {n}") for n in range(5))])

        assert left.status_code == 204
        # Before it, after it, or after its token was read.
        assert statuses(answers).keys() <= {200, 401, 404}
        assert not UserProfile.objects.filter(user=alice.id).exists()
        assert announced(alice.id)[-1] == "user.deleted"


class TestSigningIn:
    @pytest.mark.security
    def test_while_the_account_is_closed_leaves_no_session(self, alice, staff):
        closed, *_ = concurrently([partial(staff.changes, of=alice, is_active=False), *[alice.signs_in] * 5])

        assert closed.status_code == 200
        assert not Session.objects.filter(user=alice.id, ended_at=None).exists()
        assert alice.signs_in().status_code == 401
