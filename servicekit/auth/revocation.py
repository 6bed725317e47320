"""Tokens that are no longer good although their time has not run out."""

from datetime import datetime

from django.db import models

from servicekit.auth.callers import Principal


class AbstractRevocation(models.Model):
    """One revoked token (`jti:<token id>`) or all tokens of a user (`user:<id>`), until they are expired anyway."""

    key = models.CharField(max_length=200, unique=True)
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.key} until {self.expires_at:%Y-%m-%dT%H:%M:%SZ}"

    @classmethod
    def revoke_token(cls, token_id: str, until: datetime) -> None:
        """Refuse this token from now on. Revoking twice is fine."""
        cls._revoke(f"jti:{token_id}", until)

    @classmethod
    def revoke_user(cls, user_id: int, until: datetime) -> None:
        """Refuse every token of this user until then."""
        cls._revoke(f"user:{user_id}", until)

    @classmethod
    def covers(cls, principal: Principal) -> bool:
        """Tell whether this caller's token, or every token of this user, is revoked."""
        keys = [f"jti:{principal.token_id}"]
        if principal.id is not None:
            keys.append(f"user:{principal.id}")
        return cls._default_manager.filter(key__in=keys).exists()

    @classmethod
    def purge(cls, now: datetime) -> int:
        """Forget what has expired by itself and give how many that were."""
        deleted, _ = cls._default_manager.filter(expires_at__lte=now).delete()
        return deleted

    @classmethod
    def _revoke(cls, key: str, until: datetime) -> None:
        # One statement that may meet itself: two messages about one token must not fail each other.
        cls._default_manager.bulk_create(
            [cls(key=key, expires_at=until)],
            update_conflicts=True,
            unique_fields=["key"],
            update_fields=["expires_at"],
        )
