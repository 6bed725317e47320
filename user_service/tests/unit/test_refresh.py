from datetime import timedelta

import pytest

from servicekit.testing.messages import published
from user_service.exceptions import InvalidRefreshToken, RefreshTokenReused
from user_service.models import RefreshToken, Revocation, Session
from user_service.tests.factories import PASSWORD

pytestmark = [pytest.mark.django_db, pytest.mark.security]


@pytest.fixture
def signed_in(sessions, alice):
    return sessions.sign_in(username="alice", password=PASSWORD)


class TestRefresh:
    def test_gives_new_tokens(self, sessions, signed_in):
        renewed = sessions.refresh(refresh_token=signed_in.refresh_token)

        assert renewed.access_token != signed_in.access_token
        assert renewed.refresh_token != signed_in.refresh_token
        assert Session.objects.count() == 1

    def test_each_refresh_token_is_valid_for_a_week(self, sessions, signed_in, clock):
        clock.advance(days=6)
        second = sessions.refresh(refresh_token=signed_in.refresh_token)
        clock.advance(days=6)

        assert sessions.refresh(refresh_token=second.refresh_token).access_token

    def test_a_session_ends_after_thirty_days_however_often_it_is_refreshed(self, sessions, signed_in, clock):
        tokens = signed_in
        for _ in range(5):
            clock.advance(days=5, hours=23)
            tokens = sessions.refresh(refresh_token=tokens.refresh_token)

        clock.advance(hours=5)
        with pytest.raises(InvalidRefreshToken):
            sessions.refresh(refresh_token=tokens.refresh_token)

    def test_no_token_is_valid_after_the_end_of_the_session(self, sessions, signed_in, clock):
        tokens = signed_in
        for hours in (6 * 24, 6 * 24, 6 * 24, 6 * 24, 6 * 24 - 0.1):
            clock.advance(hours=hours)
            tokens = sessions.refresh(refresh_token=tokens.refresh_token)

        last = RefreshToken.objects.latest("pk")
        assert tokens.expires_in == 360
        assert last.expires_at == last.access_expires_at == last.session.started_at + timedelta(days=30)

    def test_does_not_revoke_the_previous_access_token(self, sessions, signed_in):
        """Concurrent requests still use it."""
        sessions.refresh(refresh_token=signed_in.refresh_token)

        assert not Revocation.objects.exists()


class TestRefused:
    @pytest.mark.parametrize("unknown", ["", "made-up", "é" * 40])
    def test_an_unknown_token(self, sessions, signed_in, unknown):
        with pytest.raises(InvalidRefreshToken):
            sessions.refresh(refresh_token=unknown)

    def test_an_expired_token(self, sessions, signed_in, clock):
        clock.advance(days=7)

        with pytest.raises(InvalidRefreshToken):
            sessions.refresh(refresh_token=signed_in.refresh_token)

    def test_an_access_token(self, sessions, signed_in):
        with pytest.raises(InvalidRefreshToken):
            sessions.refresh(refresh_token=signed_in.access_token)

    def test_the_token_of_an_inactive_account(self, sessions, signed_in, alice):
        alice.is_active = False
        alice.save()

        with pytest.raises(InvalidRefreshToken):
            sessions.refresh(refresh_token=signed_in.refresh_token)

    def test_the_token_of_a_deleted_account(self, sessions, signed_in, users, alice):
        users.delete_user(alice.pk)

        with pytest.raises(InvalidRefreshToken):
            sessions.refresh(refresh_token=signed_in.refresh_token)


class TestReuse:
    """A token used twice may have been stolen (RFC 9700, section 4.14.2)."""

    def test_ends_the_session(self, sessions, signed_in):
        renewed = sessions.refresh(refresh_token=signed_in.refresh_token)

        with pytest.raises(RefreshTokenReused):
            sessions.refresh(refresh_token=signed_in.refresh_token)

        with pytest.raises(InvalidRefreshToken):
            sessions.refresh(refresh_token=renewed.refresh_token)

    def test_revokes_every_access_token_of_the_session(self, sessions, signed_in):
        sessions.refresh(refresh_token=signed_in.refresh_token)

        with pytest.raises(RefreshTokenReused):
            sessions.refresh(refresh_token=signed_in.refresh_token)

        issued = set(RefreshToken.objects.values_list("access_token_id", flat=True))
        assert {event.data["token_id"] for event in published("token.revoked")} == issued
        assert {key.removeprefix("jti:") for key in Revocation.objects.values_list("key", flat=True)} == issued

    def test_other_sessions_stay(self, sessions, signed_in):
        elsewhere = sessions.sign_in(username="alice", password=PASSWORD)
        sessions.refresh(refresh_token=signed_in.refresh_token)

        with pytest.raises(RefreshTokenReused):
            sessions.refresh(refresh_token=signed_in.refresh_token)

        assert sessions.refresh(refresh_token=elsewhere.refresh_token).access_token
