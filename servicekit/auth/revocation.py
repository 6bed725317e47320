"""Tokens that are refused although they have not expired."""

from datetime import datetime

from django.db import models

from servicekit.auth.callers import Principal


class AbstractRevocation(models.Model):
    """One revoked token (`jti:<token id>`), or all tokens of a user (`user:<id>`), until they have expired."""

    key = models.CharField(max_length=200, unique=True)
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.key} until {self.expires_at:%Y-%m-%dT%H:%M:%SZ}"

    @classmethod
    def revoke_token(cls, token_id: str, until: datetime) -> None:
        """Refuse this token from now on. It may be revoked already."""
        cls._revoke(f"jti:{token_id}", until)

    @classmethod
    def revoke_user(cls, user_id: int, until: datetime) -> None:
        """Refuse every token of this user until then."""
        cls._revoke(f"user:{user_id}", until)

    @classmethod
    def covers(cls, principal: Principal) -> bool:
        """Tell whether this token, or every token of its user, is revoked."""
        keys = [f"jti:{principal.token_id}"]
        if principal.id is not None:
            keys.append(f"user:{principal.id}")
        return cls._default_manager.filter(key__in=keys).exists()

    @classmethod
    def purge(cls, now: datetime) -> int:
        """Delete what has expired; give the number."""
        deleted, _ = cls._default_manager.filter(expires_at__lte=now).delete()
        return deleted

    @classmethod
    def _revoke(cls, key: str, until: datetime) -> None:
        # One statement, because two messages about one token may be handled at the same time.
        cls._default_manager.bulk_create(
            [cls(key=key, expires_at=until)],
            update_conflicts=True,
            unique_fields=["key"],
            update_fields=["expires_at"],
        )
