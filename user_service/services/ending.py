"""The end of sessions: here at once, elsewhere as soon as `token.revoked` arrives."""

from datetime import datetime

from django.contrib.auth.models import User
from django.db.models import QuerySet

from servicekit.messages import outbox
from user_service.events import TokenRevoked
from user_service.models import RefreshToken, Revocation, Session


def end_sessions_of(user: User, *, now: datetime) -> None:
    """Sign this user out everywhere. Call it in a transaction."""
    end_sessions(Session.objects.filter(user=user), now=now)


def end_sessions(sessions: QuerySet[Session], *, now: datetime) -> None:
    """End these sessions and revoke the access tokens that they gave out. Call it in a transaction."""
    ended = list(sessions.filter(ended_at=None).values_list("pk", flat=True))
    # Before the tokens are looked for: this waits for a refresh of the same session, whose token is then seen.
    Session.objects.filter(pk__in=ended).update(ended_at=now)
    live = RefreshToken.objects.filter(session__in=ended, access_expires_at__gt=now).select_related("session")
    for token in live.order_by("pk"):
        revoke(token.access_token_id, user_id=token.session.user_id, expires_at=token.access_expires_at)


def revoke(token_id: str, *, user_id: int, expires_at: datetime) -> None:
    """Refuse an access token from now on. Call it in a transaction."""
    Revocation.revoke_token(token_id, expires_at)
    outbox.record(TokenRevoked(token_id=token_id, user_id=user_id, expires_at=expires_at))
