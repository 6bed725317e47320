import pytest

from servicekit.auth.keys import PublishedKeys
from servicekit.auth.tokens import verify
from servicekit.testing.messages import published
from user_service.exceptions import InvalidRefreshToken
from user_service.models import RefreshToken, Revocation, Session
from user_service.tests.factories import PASSWORD, UserFactory
from user_service.tests.unit.conftest import KEY

pytestmark = [pytest.mark.django_db, pytest.mark.security]


@pytest.fixture
def signed_in(sessions, alice):
    return sessions.sign_in(username="alice", password=PASSWORD)


@pytest.fixture
def caller(signed_in, clock):
    return verify(signed_in.access_token, PublishedKeys(lambda: {"keys": [KEY.public_jwk()]}), now=clock())


class TestSignOut:
    def test_revokes_the_access_token(self, sessions, caller):
        sessions.sign_out(caller=caller)

        assert Revocation.covers(caller)

    def test_announces_the_revocation_once(self, sessions, caller):
        sessions.sign_out(caller=caller)

        [revoked] = published()
        assert revoked.type == "token.revoked"
        assert revoked.data == {
            "token_id": caller.token_id,
            "user_id": caller.id,
            "expires_at": "2026-11-16T12:15:00Z",
        }

    def test_ends_the_session(self, sessions, signed_in, caller):
        sessions.sign_out(caller=caller)

        with pytest.raises(InvalidRefreshToken):
            sessions.refresh(refresh_token=signed_in.refresh_token)

    def test_other_sessions_stay(self, sessions, caller):
        elsewhere = sessions.sign_in(username="alice", password=PASSWORD)

        sessions.sign_out(caller=caller)

        assert sessions.refresh(refresh_token=elsewhere.refresh_token).access_token

    def test_ends_also_the_session_of_the_callers_refresh_token(self, sessions, caller):
        elsewhere = sessions.sign_in(username="alice", password=PASSWORD)

        sessions.sign_out(caller=caller, refresh_token=elsewhere.refresh_token)

        assert not Session.objects.filter(ended_at=None).exists()

    def test_ignores_the_refresh_token_of_another_user(self, sessions, caller):
        UserFactory(username="bob")
        bobs = sessions.sign_in(username="bob", password=PASSWORD)

        sessions.sign_out(caller=caller, refresh_token=bobs.refresh_token)

        assert sessions.refresh(refresh_token=bobs.refresh_token).access_token

    def test_revokes_a_token_whose_session_is_unknown(self, sessions, caller):
        Session.objects.all().delete()

        sessions.sign_out(caller=caller)

        assert Revocation.covers(caller)


class TestPurge:
    def test_deletes_expired_sessions_and_revocations(self, sessions, signed_in, caller, clock):
        sessions.sign_out(caller=caller)
        clock.advance(days=7)

        sessions.purge()

        assert not Session.objects.exists()
        assert not RefreshToken.objects.exists()
        assert not Revocation.objects.exists()

    def test_keeps_used_tokens_of_valid_sessions(self, sessions, signed_in, caller, clock):
        """Their reuse must be noticed as long as the session is valid."""
        clock.advance(days=6)
        sessions.refresh(refresh_token=signed_in.refresh_token)
        clock.advance(days=2)

        sessions.purge()

        assert RefreshToken.objects.count() == 2
