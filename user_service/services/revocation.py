"""Ends sessions and revokes their access tokens: here at once, in other services when `token.revoked` arrives."""

from datetime import datetime

from django.contrib.auth.models import User
from django.db.models import QuerySet

from servicekit.messages import outbox
from user_service.events import TokenRevoked
from user_service.models import RefreshToken, Revocation, Session


def end_all_sessions(user: User, *, now: datetime) -> None:
    """Sign this user out everywhere, in the caller's transaction."""
    end_sessions(Session.objects.filter(user=user), now=now)


def end_sessions(sessions: QuerySet[Session], *, now: datetime) -> None:
    """End these sessions and revoke the access tokens issued in them, in the caller's transaction."""
    ended = list(sessions.filter(ended_at=None).values_list("pk", flat=True))
    # First: this waits for a concurrent refresh of the session, and the query below then finds its new token.
    Session.objects.filter(pk__in=ended).update(ended_at=now)
    valid = RefreshToken.objects.filter(session__in=ended, access_expires_at__gt=now).select_related("session")
    for token in valid.order_by("pk"):
        revoke(token.access_token_id, user_id=token.session.user_id, expires_at=token.access_expires_at)


def revoke(token_id: str, *, user_id: int, expires_at: datetime) -> None:
    """Reject an access token from now on, and announce it, in the caller's transaction."""
    Revocation.revoke_token(token_id, expires_at)
    outbox.record(TokenRevoked(token_id=token_id, user_id=user_id, expires_at=expires_at))
