"""Tokens: JSON Web Tokens (RFC 7519) signed with EdDSA (RFC 8037), and the key that signs them."""

import base64
import hashlib
import json
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from jwt.algorithms import OKPAlgorithm

from servicekit.auth.tokens import ALGORITHM, AUDIENCE, ISSUER


@dataclass(frozen=True)
class SigningKey:
    """An Ed25519 private key. Its id is the thumbprint of RFC 7638, so the same key has the same id everywhere."""

    private: Ed25519PrivateKey

    @classmethod
    def generate(cls) -> "SigningKey":
        return cls(Ed25519PrivateKey.generate())

    @classmethod
    def from_pem(cls, pem: bytes) -> "SigningKey":
        """
        Read an unencrypted PKCS#8 key.

        :raises ValueError: this is no Ed25519 private key.
        """
        private = serialization.load_pem_private_key(pem, password=None)
        if not isinstance(private, Ed25519PrivateKey):
            raise ValueError("not an Ed25519 private key")  # noqa: TRY004 - the file is wrong, not the call
        return cls(private)

    def pem(self) -> bytes:
        return self.private.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )

    @property
    def kid(self) -> str:
        members = {name: self._public_members()[name] for name in ("crv", "kty", "x")}
        digest = hashlib.sha256(json.dumps(members, sort_keys=True, separators=(",", ":")).encode()).digest()
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()

    def public_jwk(self) -> dict[str, str]:
        """Give the entry for `/.well-known/jwks.json` (RFC 7517)."""
        return {**self._public_members(), "kid": self.kid, "use": "sig", "alg": "EdDSA"}

    def _public_members(self) -> dict[str, str]:
        return dict(OKPAlgorithm.to_jwk(self.private.public_key(), as_dict=True))


def issue(
    key: SigningKey,
    *,
    subject: str,
    roles: Iterable[str],
    lifetime: timedelta,
    now: datetime,
    scopes: Iterable[str] = (),
    token_id: str | None = None,
) -> str:
    """Sign a token. `subject` is a user's id as text, or a service's name."""
    claims: dict[str, Any] = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": subject,
        "jti": token_id or uuid.uuid4().hex,
        "iat": int(now.timestamp()),
        "exp": int((now + lifetime).timestamp()),
        "typ": "access",
        "roles": sorted(roles),
    }
    if scopes:
        claims["scope"] = " ".join(sorted(scopes))
    return jwt.encode(claims, key.private, algorithm=ALGORITHM, headers={"kid": key.kid})
