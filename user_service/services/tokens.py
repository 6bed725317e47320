"""Issues the tokens of a session."""

import hashlib
import secrets
import uuid
from dataclasses import dataclass
from datetime import datetime

from user_service.models import RefreshToken, Session
from user_service.signing import SigningKey, issue
from user_service.wiring import Lifetimes


@dataclass(frozen=True)
class Tokens:
    """An access token, valid for `expires_in` seconds, and a refresh token that gets the next ones."""

    access_token: str
    expires_in: int
    refresh_token: str = ""
    token_type: str = "Bearer"  # noqa: S105 - a kind, not a secret


def issue_tokens(session: Session, *, key: SigningKey, lifetimes: Lifetimes, now: datetime) -> Tokens:
    """
    Issue an access token for the session's user and save a refresh token, in the caller's transaction.

    Neither is valid after the end of the session.
    """
    rest = session.started_at + lifetimes.session - now
    access_lifetime = min(lifetimes.access, rest)
    refresh_token, token_id = secrets.token_urlsafe(32), uuid.uuid4().hex
    RefreshToken.objects.create(
        session=session,
        digest=digest(refresh_token),
        expires_at=now + min(lifetimes.refresh, rest),
        access_token_id=token_id,
        access_expires_at=now + access_lifetime,
    )
    access_token = issue(
        key,
        subject=str(session.user_id),
        roles=["staff" if session.user.is_staff else "customer"],
        lifetime=access_lifetime,
        now=now,
        token_id=token_id,
    )
    return Tokens(access_token, int(access_lifetime.total_seconds()), refresh_token)


def digest(refresh_token: str) -> str:
    """Give what is stored of a refresh token. It has 256 random bits, so a fast hash is enough."""
    return hashlib.sha256(refresh_token.encode()).hexdigest()
