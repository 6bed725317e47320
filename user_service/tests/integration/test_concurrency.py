"""Concurrent requests: constraints and locks decide, and every request gets an answer."""

from collections import Counter
from functools import partial
from threading import Thread

import pytest
from django.contrib.auth.models import User
from django.db import transaction

from servicekit.testing import eventually
from tests.support.concurrently import concurrently
from tests.support.locks import waiting_for_a_lock
from user_service.models import AccountMail, Session, UserProfile
from user_service.services import UserService
from user_service.services.account_mails import token_of
from user_service.tests.factories import PASSWORD
from user_service.tests.integration.effects import event_types

TEN = range(10)


def spellings(text):
    """Ten spellings of a name that differ only in case."""
    return [text[:cut].upper() + text[cut:] for cut in TEN]


def statuses(answers):
    return Counter(answer.status_code for answer in answers)


class TestRegistering:
    def test_ten_concurrent_registrations_of_one_name_make_one_account(self, person):
        alice = person()

        answers = concurrently(
            [
                partial(alice.registers, username=name, email=f"{n}-{alice.email}")
                for n, name in enumerate(spellings(alice.name))
            ]
        )

        assert statuses(answers) == {201: 1, 400: 9}
        assert {field for answer in answers if answer.status_code == 400 for field in answer.json()} == {"username"}
        [user] = User.objects.filter(username__iexact=alice.name)
        assert event_types(user.pk) == ["user.registered"]
        assert UserProfile.objects.filter(user=user).count() == 1


@pytest.mark.security
class TestVerifying:
    def test_ten_concurrent_proofs_of_one_address_succeed_once(self, person):
        alice = person()
        for number, email in enumerate(spellings(alice.email)):
            assert alice.registers(username=f"{alice.name}-{number}", email=email).status_code == 201
        tokens = [token_of(mail) for mail in AccountMail.objects.filter(to=alice.email)]

        answers = concurrently([partial(alice.verifies, token) for token in tokens])

        assert statuses(answers) == {204: 1, 400: 9}
        assert UserProfile.objects.filter(verified_email=alice.email).count() == 1

    def test_ten_concurrent_uses_of_one_token_succeed_once(self, alice):
        token = token_of(AccountMail.objects.get(user=alice.id))

        answers = concurrently([partial(alice.verifies, token)] * 10)

        assert statuses(answers) == {204: 1, 400: 9}

    def test_while_the_account_is_deleted_gives_no_error(self, alice):
        token = token_of(AccountMail.objects.get(user=alice.id))

        deleted, *answers = concurrently([alice.deletes, *[partial(alice.verifies, token)] * 5])

        assert deleted.status_code == 204
        assert statuses(answers).keys() <= {204, 400}


@pytest.mark.security
class TestResettingThePassword:
    def test_by_ten_concurrent_links_succeeds_once(self, alice):
        assert alice.verifies(token_of(AccountMail.objects.get(user=alice.id))).status_code == 204
        for _ in TEN:
            assert alice.calls("POST", "/api/auth/password-reset/", {"email": alice.email}).status_code == 202
        tokens = [token_of(mail) for mail in AccountMail.objects.filter(to=alice.email, kind="reset")]

        answers = concurrently([partial(alice.resets_the_password, token) for token in tokens])

        assert statuses(answers) == {204: 1, 400: 9}


class TestRefreshing:
    @pytest.mark.security
    def test_ten_concurrent_uses_of_one_token_succeed_once_and_end_the_session(self, alice):
        """Two clients have the token, so the new tokens are revoked too."""
        answers = concurrently([alice.refreshes] * 10)

        assert Counter(answer.json().get("code") for answer in answers) == {
            None: 1,
            "REFRESH_TOKEN_REUSED": 1,
            "INVALID_REFRESH_TOKEN": 8,
        }
        [issued] = [answer.json() for answer in answers if answer.ok]
        assert alice.reads().status_code == 401
        alice.access_token, alice.refresh_token = issued["access_token"], issued["refresh_token"]
        assert alice.reads().status_code == 401
        assert alice.refreshes().status_code == 401
        assert event_types(alice.id) == ["user.registered", "token.revoked", "token.revoked"]


class TestChanging:
    def test_concurrent_changes_of_different_fields_are_all_saved(self, alice):
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
        assert alice.reads().json().items() >= wanted.items()
        assert Counter(event_types(alice.id)) == {"user.registered": 1, "user.updated": len(wanted)}

    def test_concurrent_changes_make_one_profile(self, alice):
        """Accounts made by Django's own commands have no profile."""
        UserProfile.objects.filter(user=alice.id).delete()

        answers = concurrently([partial(alice.changes, bio=f"number {n}") for n in TEN])

        assert statuses(answers) == {200: 10}
        assert UserProfile.objects.filter(user=alice.id).count() == 1

    def test_two_concurrent_changes_to_one_name_succeed_once(self, customer, staff):
        both = [customer(), customer()]
        name = f"wanted-{both[0].name}"

        answers = concurrently([partial(staff.changes, of=each, username=name) for each in both])

        assert statuses(answers) == {200: 1, 400: 1}
        assert User.objects.filter(username=name).count() == 1

    def test_changes_during_the_deletion_leave_nothing_behind(self, alice):
        changes = [partial(alice.changes, bio=f"number {n}") for n in range(5)]

        deleted, *answers = concurrently([alice.deletes, *changes])

        assert deleted.status_code == 204
        # Before the deletion, after it, or between authentication and change.
        assert statuses(answers).keys() <= {200, 401, 404}
        assert not UserProfile.objects.filter(user=alice.id).exists()
        assert event_types(alice.id)[-1] == "user.deleted"


class TestSigningIn:
    @pytest.mark.security
    def test_with_a_password_that_is_being_changed_is_refused(self, alice):
        """The old password was still right when it was checked; then the sign-in waits for the lock."""
        answers = []
        with transaction.atomic():
            UserService(listeners=[]).update_user_with_profile(alice.id, {"password": "another horse 8"})
            signing_in = Thread(target=lambda: answers.append(alice.signs_in()))
            signing_in.start()
            eventually(lambda: waiting_for_a_lock() >= 1)
        signing_in.join()

        assert statuses(answers) == {401: 1}

    @pytest.mark.security
    def test_sign_ins_during_the_deactivation_leave_no_session(self, alice, staff):
        deactivated, *_ = concurrently([partial(staff.changes, of=alice, is_active=False), *[alice.signs_in] * 5])

        assert deactivated.status_code == 200
        assert not Session.objects.filter(user=alice.id, ended_at=None).exists()
        assert alice.signs_in().status_code == 401
