"""Signing in and out, and the tokens of it."""

import hashlib
import secrets
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q

from servicekit.auth.tokens import Principal, SigningKey, issue
from user_service import wiring
from user_service.exceptions import InvalidClient, InvalidCredentials, InvalidRefreshToken, RefreshTokenReused
from user_service.models import RefreshToken, Revocation, Session, users_named
from user_service.services.ending import end_sessions, revoke


@dataclass(frozen=True)
class Tokens:
    """What a sign-in gives: a token to show for `expires_in` seconds, and one to get the next with."""

    access_token: str
    expires_in: int
    refresh_token: str = ""
    token_type: str = "Bearer"  # noqa: S105 - a kind, not a secret


class SessionService:
    """Who proves who they are gets tokens; who leaves gives them back."""

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

    def sign_in(self, *, username: str, password: str) -> Tokens:
        """
        Start a session.

        :raises InvalidCredentials: whatever is wrong, in the same words and after the same time.
        """
        user = users_named(username).first()
        if user is None:
            # As much work as a look at a wrong password, so that the time does not tell who has an account.
            make_password(password)
            raise InvalidCredentials
        if not user.check_password(password):
            raise InvalidCredentials
        with transaction.atomic():
            # Looked at again under its lock: who is deactivated at this moment gets no session.
            user = User.objects.select_for_update().filter(pk=user.pk, password=user.password, is_active=True).first()
            if user is None:
                raise InvalidCredentials
            session = Session.objects.create(user=user, started_at=self.now())
            return self._give(session, user)

    def refresh(self, *, refresh_token: str) -> Tokens:
        """
        Give new tokens for a refresh token, which is then used up.

        :raises InvalidRefreshToken: unknown, expired, or its session is over.
        :raises RefreshTokenReused: it was used before, and its session is now over.
        """
        now = self.now()
        token = RefreshToken.objects.filter(digest=_digest(refresh_token)).first()
        if token is None:
            raise InvalidRefreshToken
        with transaction.atomic():
            session = _locked(token.session_id)
            if session is None or session.ended_at or token.expires_at <= now or not session.user.is_active:
                raise InvalidRefreshToken
            # The condition decides between two who come with the same token: one of them is first.
            if RefreshToken.objects.filter(pk=token.pk, used_at=None).update(used_at=now):
                return self._give(session, session.user)
            end_sessions(Session.objects.filter(pk=session.pk), now=now)
        # Outside of the transaction: the end of the session must stay.
        raise RefreshTokenReused

    def sign_out(self, *, caller: Principal, refresh_token: str = "") -> None:
        """End the session of the caller's token; also that of the refresh token, if it is the caller's."""
        with transaction.atomic():
            of_caller = Q(refresh_tokens__access_token_id=caller.token_id)
            of_token = Q(refresh_tokens__digest=_digest(refresh_token))
            end_sessions(Session.objects.filter(of_caller | of_token, user=caller.id).distinct(), now=self.now())
            # Already done, unless the token came from another session, or from none that we know.
            if caller.id is not None and not Revocation.covers(caller):
                revoke(caller.token_id, user_id=caller.id, expires_at=caller.expires_at)

    def service_token(self, *, client_id: str, client_secret: str) -> Tokens:
        """
        Give a service a short token with its scopes; when it runs out, the service asks again.

        :raises InvalidClient: unknown, or the wrong secret.
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
        """Forget sessions and revocations that nothing can be done with any more."""
        now = self.now()
        # A session lives as long as its newest refresh token.
        Session.objects.exclude(refresh_tokens__expires_at__gt=now).delete()
        Revocation.purge(now)

    def _give(self, session: Session, user: User) -> Tokens:
        now: datetime = self.now()
        refresh_token, token_id = secrets.token_urlsafe(32), uuid.uuid4().hex
        RefreshToken.objects.create(
            session=session,
            digest=_digest(refresh_token),
            expires_at=now + self.lifetimes.refresh,
            access_token_id=token_id,
            access_expires_at=now + self.lifetimes.access,
        )
        access_token = issue(
            self.key,
            subject=str(user.pk),
            roles=["staff" if user.is_staff else "customer"],
            lifetime=self.lifetimes.access,
            now=now,
            token_id=token_id,
        )
        return Tokens(access_token, int(self.lifetimes.access.total_seconds()), refresh_token)


def _locked(session_id: uuid.UUID) -> Session | None:
    sessions = Session.objects.select_for_update(of=("self",)).select_related("user")
    return sessions.filter(pk=session_id).first()


def _digest(refresh_token: str) -> str:
    # A random token of 256 bits needs no slow hash: there is nothing to guess.
    return hashlib.sha256(refresh_token.encode()).hexdigest()
