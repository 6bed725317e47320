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
    def test_revokes_the_token_here_at_once(self, sessions, caller):
        sessions.sign_out(caller=caller)

        assert Revocation.covers(caller)

    def test_tells_everybody_once(self, sessions, caller):
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

    def test_leaves_other_sessions_alone(self, sessions, caller):
        elsewhere = sessions.sign_in(username="alice", password=PASSWORD)

        sessions.sign_out(caller=caller)

        assert sessions.refresh(refresh_token=elsewhere.refresh_token).access_token

    def test_ends_another_session_of_ones_own_by_its_refresh_token(self, sessions, caller):
        elsewhere = sessions.sign_in(username="alice", password=PASSWORD)

        sessions.sign_out(caller=caller, refresh_token=elsewhere.refresh_token)

        assert not Session.objects.filter(ended_at=None).exists()

    def test_ends_no_session_of_somebody_else(self, sessions, caller):
        UserFactory(username="bob")
        bobs = sessions.sign_in(username="bob", password=PASSWORD)

        sessions.sign_out(caller=caller, refresh_token=bobs.refresh_token)

        assert sessions.refresh(refresh_token=bobs.refresh_token).access_token

    def test_revokes_also_a_token_of_no_session(self, sessions, caller):
        Session.objects.all().delete()

        sessions.sign_out(caller=caller)

        assert Revocation.covers(caller)


class TestPurge:
    def test_forgets_what_nothing_can_be_done_with(self, sessions, signed_in, caller, clock):
        sessions.sign_out(caller=caller)
        clock.advance(days=7)

        sessions.purge()

        assert not Session.objects.exists()
        assert not RefreshToken.objects.exists()
        assert not Revocation.objects.exists()

    def test_keeps_what_can_still_be_stolen(self, sessions, signed_in, caller, clock):
        """A used token is how a theft is found out, as long as its session goes on."""
        clock.advance(days=6)
        sessions.refresh(refresh_token=signed_in.refresh_token)
        clock.advance(days=2)

        sessions.purge()

        assert RefreshToken.objects.count() == 2
