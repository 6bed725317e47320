"""Sign-in, refresh and sign-out."""

import secrets
import uuid
from collections.abc import Mapping

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q

from servicekit.auth.callers import Principal
from user_service import wiring
from user_service.exceptions import InvalidClient, InvalidCredentials, InvalidRefreshToken, RefreshTokenReused
from user_service.models import RefreshToken, Revocation, Session, users_named
from user_service.services.revocation import end_sessions, revoke
from user_service.services.tokens import Tokens, digest, issue_tokens
from user_service.signing import SigningKey, issue


class SessionService:
    """Starts and ends sessions, and issues tokens."""

    def __init__(
        self,
        *,
        key: SigningKey | None = None,
        clients: Mapping[str, wiring.Client] | None = None,
        lifetimes: wiring.Lifetimes | None = None,
        now: wiring.Clock | None = None,
    ) -> None:
        self.key = key or wiring.signing_key()
        self.clients = wiring.service_clients() if clients is None else clients
        self.lifetimes = lifetimes or wiring.lifetimes()
        self.now = now or wiring.clock()

    def sign_in(self, *, username: str, password: str, address: str = "") -> Tokens:
        """
        Start a session.

        :param address: where the user is; the account's limit does not count sign-ins from there any more.

        :raises InvalidCredentials: unknown user, wrong password or inactive account; the message does not tell which.
        """
        user = users_named(username).first()
        if user is None:
            # As slow as checking a wrong password: the response time must not tell which user names exist.
            make_password(password)
            raise InvalidCredentials
        if not user.check_password(password):
            raise InvalidCredentials
        with transaction.atomic():
            # Read again with a lock: the account may have been deactivated since.
            user = User.objects.select_for_update().filter(pk=user.pk, password=user.password, is_active=True).first()
            if user is None:
                raise InvalidCredentials
            return self._issue(Session.objects.create(user=user, started_at=self.now(), address=address))

    def refresh(self, *, refresh_token: str) -> Tokens:
        """
        Give new tokens for a refresh token, which is then used up.

        :raises InvalidRefreshToken: the token is unknown or expired, or its session has ended or is too old.
        :raises RefreshTokenReused: the token was used before; its session is now ended.
        """
        now = self.now()
        token = RefreshToken.objects.filter(digest=digest(refresh_token)).first()
        if token is None:
            raise InvalidRefreshToken
        with transaction.atomic():
            session = _locked(token.session_id)
            if session is None or session.ended_at or token.expires_at <= now or not session.user.is_active:
                raise InvalidRefreshToken
            if session.started_at + self.lifetimes.session <= now:
                raise InvalidRefreshToken
            # Of two requests with the same token, only the first matches this condition.
            if RefreshToken.objects.filter(pk=token.pk, used_at=None).update(used_at=now):
                return self._issue(session)
            end_sessions(Session.objects.filter(pk=session.pk), now=now)
        # After the transaction, which must commit: the session stays ended.
        raise RefreshTokenReused

    def sign_out(self, *, caller: Principal, refresh_token: str = "") -> None:
        """End the session of the caller's access token, and that of the refresh token if it is the caller's too."""
        with transaction.atomic():
            by_access_token = Q(refresh_tokens__access_token_id=caller.token_id)
            by_refresh_token = Q(refresh_tokens__digest=digest(refresh_token))
            sessions = Session.objects.filter(by_access_token | by_refresh_token, user=caller.id).distinct()
            end_sessions(sessions, now=self.now())
            # The token itself is not revoked yet if its session is unknown or had ended before.
            if caller.id is not None and not Revocation.covers(caller):
                revoke(caller.token_id, user_id=caller.id, expires_at=caller.expires_at)

    def service_token(self, *, client_id: str, client_secret: str) -> Tokens:
        """
        Issue an access token with a service's scopes. There is no refresh token: the service asks again.

        :raises InvalidClient: the client is unknown or the secret is wrong.
        """
        client = self.clients.get(client_id)
        expected = client.secret if client else secrets.token_urlsafe()
        if not secrets.compare_digest(expected.encode(), client_secret.encode()) or client is None:
            raise InvalidClient
        lifetime = self.lifetimes.service
        token = issue(
            self.key, subject=client_id, roles=["service"], scopes=client.scopes, lifetime=lifetime, now=self.now()
        )
        return Tokens(access_token=token, expires_in=int(lifetime.total_seconds()))

    def purge(self) -> None:
        """Delete sessions without a valid refresh token, and revocations of tokens that have expired."""
        now = self.now()
        Session.objects.exclude(refresh_tokens__expires_at__gt=now).delete()
        Revocation.purge(now)

    def _issue(self, session: Session) -> Tokens:
        return issue_tokens(session, key=self.key, lifetimes=self.lifetimes, now=self.now())


def _locked(session_id: uuid.UUID) -> Session | None:
    sessions = Session.objects.select_for_update(of=("self",)).select_related("user")
    return sessions.filter(pk=session_id).first()
