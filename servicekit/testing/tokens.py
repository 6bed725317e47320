"""Tokens for tests, good ones and bad ones, from a key pair that lives as long as the mint."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt

from servicekit.auth.tokens import AUDIENCE, ISSUER, PublishedKeys, SigningKey, issue

LIFETIME = timedelta(minutes=15)


class TokenMint:
    """Stands in for user_service: signs tokens and publishes its key."""

    def __init__(self, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.now = now
        self.signing_key = SigningKey.generate()
        self.keys = PublishedKeys(self.jwks, clock=now)

    def jwks(self) -> dict[str, Any]:
        return {"keys": [self.signing_key.public_jwk()]}

    def customer(self, user_id: int = 7, **claims: Any) -> str:
        return self._issue(str(user_id), ["customer"], **claims)

    def staff(self, user_id: int = 1, **claims: Any) -> str:
        return self._issue(str(user_id), ["staff"], **claims)

    def service(self, name: str, scopes: Iterable[str] = (), **claims: Any) -> str:
        return self._issue(name, ["service"], scopes=scopes, **claims)

    def expired(self, user_id: int = 7) -> str:
        return self.customer(user_id, now=self.now() - LIFETIME - timedelta(seconds=1))

    def refresh(self, user_id: int = 7) -> str:
        """Give a well-signed token of the wrong kind."""
        return self.customer(user_id, kind="refresh")

    def foreign_signature(self, user_id: int = 7) -> str:
        """Give a token that names our key but was signed with another."""
        return self.forged(user_id, key=SigningKey.generate().private)

    def wrong_audience(self, user_id: int = 7) -> str:
        return self.forged(user_id, aud="another shop")

    def unsigned(self, user_id: int = 7) -> str:
        """Give a token with `alg: none`."""
        return self.forged(user_id, key=None, algorithm="none")

    def forged(self, user_id: int = 7, *, key: Any = "ours", algorithm: str = "EdDSA", **claims: Any) -> str:
        """Give a customer's token with some claims replaced; a claim of None is left out."""
        now = int(self.now().timestamp())
        good = {"iss": ISSUER, "aud": AUDIENCE, "sub": str(user_id), "jti": "forged", "iat": now, "exp": now + 900}
        whole = {**good, "typ": "access", "roles": ["customer"], **claims}
        return jwt.encode(
            {name: value for name, value in whole.items() if value is not None},
            self.signing_key.private if key == "ours" else key,
            algorithm=algorithm,
            headers={"kid": self.signing_key.kid},
        )

    def _issue(self, subject: str, roles: list[str], **claims: Any) -> str:
        whole = {"lifetime": LIFETIME, "now": self.now(), **claims}
        return issue(self.signing_key, subject=subject, roles=roles, **whole)
