"""Tokens for tests, valid and invalid ones, signed with a key of their own."""

import uuid
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from jwt.algorithms import OKPAlgorithm

from servicekit.auth.keys import PublishedKeys
from servicekit.auth.tokens import ALGORITHM, AUDIENCE, ISSUER

LIFETIME = timedelta(minutes=15)


class KeyPair:
    """A key that signs tokens, and its entry in the published keys."""

    def __init__(self, private: Ed25519PrivateKey | None = None, *, kid: str = "") -> None:
        self.private = private or Ed25519PrivateKey.generate()
        self._public = dict(OKPAlgorithm.to_jwk(self.private.public_key(), as_dict=True))
        self.kid = kid or str(self._public["x"])

    def public_jwk(self) -> dict[str, str]:
        return {**self._public, "kid": self.kid, "use": "sig", "alg": ALGORITHM}


class TokenMint:
    """Stands in for user_service: signs tokens and publishes its key."""

    def __init__(self, *, now: Callable[[], datetime] = lambda: datetime.now(UTC), key: Any = None) -> None:
        self.now = now
        self.signing_key = key or KeyPair()
        self.keys = PublishedKeys(self.jwks, clock=now)

    def jwks(self) -> dict[str, Any]:
        return {"keys": [self.signing_key.public_jwk()]}

    def customer(self, user_id: int = 7, **options: Any) -> str:
        return self._issue(str(user_id), ["customer"], **options)

    def staff(self, user_id: int = 1, **options: Any) -> str:
        return self._issue(str(user_id), ["staff"], **options)

    def service(self, name: str, scopes: Iterable[str] = (), **options: Any) -> str:
        return self._issue(name, ["service"], scope=" ".join(scopes), **options)

    def expired(self, user_id: int = 7) -> str:
        return self.customer(user_id, now=self.now() - LIFETIME - timedelta(seconds=1))

    def refresh(self, user_id: int = 7) -> str:
        """Give a correctly signed token of the wrong kind."""
        return self.customer(user_id, kind="refresh")

    def foreign_signature(self, user_id: int = 7) -> str:
        """Give a token that names our key but is signed with another."""
        return self.forged(user_id, key=KeyPair().private)

    def wrong_audience(self, user_id: int = 7) -> str:
        return self.forged(user_id, aud="another shop")

    def unsigned(self, user_id: int = 7) -> str:
        """Give a token with `alg: none`."""
        return self.forged(user_id, key=None, algorithm="none")

    def forged(self, user_id: int = 7, *, key: Any = "ours", algorithm: str = ALGORITHM, **claims: Any) -> str:
        """Give a customer's token with some claims replaced; a claim of None is left out."""
        whole = self._claims(str(user_id), ["customer"]) | claims
        return jwt.encode(
            {name: value for name, value in whole.items() if value is not None},
            self.signing_key.private if key == "ours" else key,
            algorithm=algorithm,
            headers={"kid": self.signing_key.kid},
        )

    def _issue(self, subject: str, roles: list[str], **options: Any) -> str:
        return self.forged(**self._claims(subject, roles, **options))

    def _claims(
        self,
        subject: str,
        roles: list[str],
        *,
        now: datetime | None = None,
        lifetime: timedelta = LIFETIME,
        kind: str = "access",
        token_id: str = "",
        scope: str = "",
    ) -> dict[str, Any]:
        now = now or self.now()
        return {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": subject,
            "jti": token_id or uuid.uuid4().hex,
            "iat": int(now.timestamp()),
            "exp": int((now + lifetime).timestamp()),
            "typ": kind,
            "roles": roles,
            "scope": scope,
        }
