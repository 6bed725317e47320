import pytest

from servicekit.auth.keys import PublishedKeys
from servicekit.auth.tokens import verify
from user_service.exceptions import InvalidClient, InvalidCredentials
from user_service.models import RefreshToken, Session
from user_service.services import sessions as module
from user_service.tests.factories import MONDAY_NOON, PASSWORD, UserFactory
from user_service.tests.unit.conftest import KEY

pytestmark = [pytest.mark.django_db, pytest.mark.security]


def read(token):
    return verify(token, PublishedKeys(lambda: {"keys": [KEY.public_jwk()]}), now=MONDAY_NOON)


class TestSignIn:
    def test_gives_a_token_for_a_quarter_of_an_hour(self, sessions, alice):
        tokens = sessions.sign_in(username="alice", password=PASSWORD)

        principal = read(tokens.access_token)
        assert (principal.id, principal.roles, principal.scopes) == (alice.pk, {"customer"}, set())
        assert (tokens.token_type, tokens.expires_in) == ("Bearer", 900)
        assert (principal.expires_at - MONDAY_NOON).total_seconds() == 900

    def test_knows_staff(self, sessions):
        staff = UserFactory(staff=True)

        tokens = sessions.sign_in(username=staff.username, password=PASSWORD)

        assert read(tokens.access_token).roles == {"staff"}

    def test_takes_the_user_name_in_any_case(self, sessions, alice):
        assert sessions.sign_in(username="ALICE", password=PASSWORD).access_token

    def test_keeps_no_refresh_token(self, sessions, alice):
        tokens = sessions.sign_in(username="alice", password=PASSWORD)

        kept = RefreshToken.objects.get()
        assert tokens.refresh_token not in {str(value) for value in vars(kept).values()}
        assert len(tokens.refresh_token) >= 43
        assert kept.digest not in f"{kept} {kept.session}"


class TestRefused:
    @pytest.mark.parametrize(
        ("username", "password"),
        [
            ("alice", "wrong"),
            ("alice", ""),
            ("alice", PASSWORD.upper()),
            ("nobody", PASSWORD),
            ("", ""),
            ("bob", PASSWORD),
        ],
    )
    def test_in_the_same_words_whatever_is_wrong(self, sessions, alice, username, password):
        UserFactory(username="bob", inactive=True)

        with pytest.raises(InvalidCredentials) as refused:
            sessions.sign_in(username=username, password=password)

        assert str(refused.value) == "No active account has this user name and password."
        assert not Session.objects.exists()

    def test_after_the_same_work_when_nobody_has_the_name(self, sessions, monkeypatch):
        """The time of the answer must not tell who has an account."""
        hashed = []
        monkeypatch.setattr(module, "make_password", hashed.append)

        with pytest.raises(InvalidCredentials):
            sessions.sign_in(username="nobody", password="guess")

        assert hashed == ["guess"]


class TestServiceToken:
    def test_has_the_scopes_of_the_service(self, sessions):
        token = sessions.service_token(client_id="order_service", client_secret="opens sesame")

        principal = read(token.access_token)
        assert (principal.id, principal.name) == (None, "order_service")
        assert (principal.roles, principal.scopes) == ({"service"}, {"users:read"})
        assert (token.expires_in, token.refresh_token) == (300, "")

    @pytest.mark.parametrize(
        ("client_id", "client_secret"),
        [("order_service", "wrong"), ("order_service", ""), ("order_service", "öpens"), ("nobody", "opens sesame")],
    )
    def test_is_for_those_we_know(self, sessions, client_id, client_secret):
        with pytest.raises(InvalidClient):
            sessions.service_token(client_id=client_id, client_secret=client_secret)
