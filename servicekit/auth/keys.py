"""The public keys that tokens are verified with."""

import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

import jwt

from servicekit.base.exceptions import NeighbourUnavailable


class InvalidToken(Exception):
    """The token is malformed, forged, expired, of another kind, or signed with a key that is not published."""


class KeySource(Protocol):
    def key(self, kid: str) -> jwt.PyJWK:
        """
        Give the public key of this id.

        :raises InvalidToken: no such key is published.
        :raises NeighbourUnavailable: the key is not known yet, and the published keys cannot be fetched now.
        """


class PublishedKeys:
    """
    The keys that the signer publishes, fetched when needed and cached. Threads may share it.

    An unknown key id fetches them again, so tokens of a new key are accepted at once; but at most once in
    `min_refresh`, so that made-up ids do not load the signer. While the signer is down, the cached keys stay valid.
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
        self._error: NeighbourUnavailable | None = None

    def key(self, kid: str) -> jwt.PyJWK:
        known = self._keys.get(kid)
        if known is None or self._is_older(self._fetched_at, self._keep):
            # With the key at hand, do not wait for another thread that is fetching.
            self._refresh(wait=known is None)
        try:
            return self._keys[kid]
        except KeyError:
            if self._error:
                raise NeighbourUnavailable(self._error.neighbour, self._error.reason) from None
            raise InvalidToken(f"no key {kid[:64]!r} is published") from None

    def _is_older(self, moment: datetime | None, age: timedelta) -> bool:
        return moment is None or self._clock() - moment >= age

    def _refresh(self, *, wait: bool) -> None:
        if self._lock.acquire(blocking=wait):
            try:
                if self._is_older(self._tried_at, self._min_refresh):
                    self._fetch_keys()
            finally:
                self._lock.release()

    def _fetch_keys(self) -> None:
        try:
            self._keys, self._fetched_at, self._error = _usable(self._fetch()), self._clock(), None
        except NeighbourUnavailable as error:
            self._error = error
        finally:
            # After the fetch: else each waiting thread in turn would ask a signer that hangs.
            self._tried_at = self._clock()


def _usable(jwks: Mapping[str, Any]) -> dict[str, jwt.PyJWK]:
    """
    Give the Ed25519 keys of a JWK set, and ignore all others.

    :raises NeighbourUnavailable: there is none, so this is not the answer of a signer.
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
        raise NeighbourUnavailable("signer of tokens", "published no usable key")
    return usable
