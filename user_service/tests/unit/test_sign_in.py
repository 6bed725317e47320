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
    def test_issues_a_customers_token_valid_for_15_minutes(self, sessions, alice):
        tokens = sessions.sign_in(username="alice", password=PASSWORD)

        principal = read(tokens.access_token)
        assert (principal.id, principal.roles, principal.scopes) == (alice.pk, {"customer"}, set())
        assert (tokens.token_type, tokens.expires_in) == ("Bearer", 900)
        assert (principal.expires_at - MONDAY_NOON).total_seconds() == 900

    def test_staff_get_the_role_staff(self, sessions):
        staff = UserFactory(staff=True)

        tokens = sessions.sign_in(username=staff.username, password=PASSWORD)

        assert read(tokens.access_token).roles == {"staff"}

    def test_the_case_of_the_user_name_is_ignored(self, sessions, alice):
        assert sessions.sign_in(username="ALICE", password=PASSWORD).access_token

    def test_stores_only_a_digest_of_the_refresh_token(self, sessions, alice):
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
    def test_the_message_does_not_tell_the_reason(self, sessions, alice, username, password):
        UserFactory(username="bob", inactive=True)

        with pytest.raises(InvalidCredentials) as refused:
            sessions.sign_in(username=username, password=password)

        assert str(refused.value) == "No active account has this user name and password."
        assert not Session.objects.exists()

    def test_an_unknown_user_name_costs_as_much_as_a_wrong_password(self, sessions, monkeypatch):
        """The response time must not tell which user names exist."""
        hashed = []
        monkeypatch.setattr(module, "make_password", hashed.append)

        with pytest.raises(InvalidCredentials):
            sessions.sign_in(username="nobody", password="guess")

        assert hashed == ["guess"]


class TestServiceToken:
    def test_has_the_scopes_of_the_service(self, sessions):
        token = sessions.service_token(client_id="order_service", client_secret="the-secret")

        principal = read(token.access_token)
        assert (principal.id, principal.name) == (None, "order_service")
        assert (principal.roles, principal.scopes) == ({"service"}, {"users:read"})
        assert (token.expires_in, token.refresh_token) == (300, "")

    @pytest.mark.parametrize(
        ("client_id", "client_secret"),
        [("order_service", "wrong"), ("order_service", ""), ("order_service", "thé-secret"), ("nobody", "the-secret")],
    )
    def test_unknown_clients_and_wrong_secrets_are_refused(self, sessions, client_id, client_secret):
        with pytest.raises(InvalidClient):
            sessions.service_token(client_id=client_id, client_secret=client_secret)
