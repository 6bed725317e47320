import pytest
from django.contrib.auth.models import User

from servicekit.testing.messages import commands, published
from user_service.exceptions import UserNotFoundError
from user_service.services import NOTIFY_PROFILE_UPDATE
from user_service.tests.factories import PASSWORD, account

pytestmark = pytest.mark.django_db


class TestDeleteUser:
    def test_deletes_the_account(self, users, alice):
        users.delete_user(alice.pk)

        assert not User.objects.exists()

    def test_announces_the_deletion_and_notifies_other_services(self, users, alice):
        users.delete_user(alice.pk)

        assert [(event.type, event.data) for event in published()] == [("user.deleted", {"user_id": alice.pk})]
        assert commands() == [(NOTIFY_PROFILE_UPDATE, {"user_id": alice.pk, "changes": ["deleted"]})]

    def test_revokes_the_tokens_of_open_sessions(self, users, sessions, alice):
        sessions.sign_in(username="alice", password=PASSWORD)

        users.delete_user(alice.pk)

        assert [event.type for event in published()] == ["token.revoked", "user.deleted"]

    def test_the_names_can_be_registered_again_under_another_id(self, users, alice):
        users.delete_user(alice.pk)

        assert users.create_user(account()).pk != alice.pk

    def test_deleting_an_unknown_user_raises_user_not_found(self, users):
        with pytest.raises(UserNotFoundError):
            users.delete_user(404)
