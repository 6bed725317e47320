"""The keys behind our tokens: the signer's own, and the published ones that everybody else verifies with."""

import base64
import hashlib
import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from jwt.algorithms import OKPAlgorithm

from servicekit.base.exceptions import NeighbourUnavailable


class InvalidToken(Exception):
    """This token proves nothing: forged, expired, meant for others, or signed with a key that nobody published."""


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


class KeySource(Protocol):
    def key(self, kid: str) -> jwt.PyJWK:
        """
        Give the public key of this id.

        :raises InvalidToken: no such key is published.
        :raises NeighbourUnavailable: whether it is published cannot be told now, so neither can the token be judged.
        """


class PublishedKeys:
    """
    The keys that the signer publishes, fetched when needed and held for a while. Safe among threads.

    A key not seen before is asked for at once, so a rotation costs nobody a sign-in; but at most once in
    `min_refresh`, so made-up ids are no way to keep the signer busy. While the signer is away, what is held serves on.
    """

    def __init__(
        self,
        fetch: Callable[[], Mapping[str, Any]],
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        keep: timedelta = timedelta(minutes=5),
        min_refresh: timedelta = timedelta(seconds=5),
    ) -> None:
        """:param fetch: gives a JWK set (RFC 7517), or raises NeighbourUnavailable."""
        self._fetch = fetch
        self._clock = clock
        self._keep = keep
        self._min_refresh = min_refresh
        self._lock = threading.Lock()
        self._keys: dict[str, jwt.PyJWK] = {}
        self._fetched_at: datetime | None = None
        self._tried_at: datetime | None = None
        self._trouble: NeighbourUnavailable | None = None

    def key(self, kid: str) -> jwt.PyJWK:
        known = self._keys.get(kid)
        if known is None or self._is_older(self._fetched_at, self._keep):
            # Who has a key at hand does not queue behind the thread that is asking already.
            self._refresh(wait=known is None)
        try:
            return self._keys[kid]
        except KeyError:
            if self._trouble:
                raise NeighbourUnavailable(self._trouble.neighbour, self._trouble.reason) from None
            raise InvalidToken(f"no key {kid[:64]!r} is published") from None

    def _is_older(self, moment: datetime | None, age: timedelta) -> bool:
        return moment is None or self._clock() - moment >= age

    def _refresh(self, *, wait: bool) -> None:
        if not self._lock.acquire(blocking=wait):
            return
        try:
            if self._is_older(self._tried_at, self._min_refresh):
                self._ask()
        finally:
            self._lock.release()

    def _ask(self) -> None:
        try:
            self._keys, self._fetched_at, self._trouble = _usable(self._fetch()), self._clock(), None
        except NeighbourUnavailable as error:
            self._trouble = error
        finally:
            # Taken at the end: a signer who hangs would else be asked by one waiting thread after the other.
            self._tried_at = self._clock()


def _usable(jwks: Mapping[str, Any]) -> dict[str, jwt.PyJWK]:
    """
    Take the Ed25519 keys out of a JWK set and leave what we cannot read.

    :raises NeighbourUnavailable: there is none; who signs tokens publishes one.
    """
    entries = jwks.get("keys") if isinstance(jwks, Mapping) else None
    usable = {}
    for entry in entries if isinstance(entries, list) else []:
        try:
            key = jwt.PyJWK(entry, algorithm="EdDSA")
        except (jwt.PyJWTError, ValueError, TypeError, AttributeError, KeyError):
            continue
        if key.key_id and key.key_type == "OKP":
            usable[key.key_id] = key
    if not usable:
        raise NeighbourUnavailable("signer of tokens", "published no key that can be used")
    return usable
