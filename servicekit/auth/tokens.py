"""Verification of JSON Web Tokens (RFC 7519) that are signed with EdDSA (RFC 8037)."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, Final

import jwt

from servicekit.auth.callers import Principal
from servicekit.auth.keys import InvalidToken, KeySource
from servicekit.base.ids import LARGEST_ID

ISSUER: Final = "user_service"
AUDIENCE: Final = "shop"
ALGORITHM: Final = "EdDSA"
ROLES: Final = frozenset({"customer", "staff", "service"})
MAX_LENGTH: Final = 4096
CLOCK_SKEW: Final = timedelta(seconds=10)


def verify(token: str, keys: KeySource, *, now: datetime, kind: str = "access") -> Principal:
    """
    Verify a token and give the caller that it names.

    :raises InvalidToken: it is not valid, for whatever reason.
    :raises NeighbourUnavailable: its key is not known, and cannot be fetched now.
    """
    if len(token) > MAX_LENGTH:
        raise InvalidToken("longer than any token of ours")
    try:
        claims = _signed_claims(token, keys.key(_key_id(token)))
        principal, issued_at = _principal(claims), datetime.fromtimestamp(claims["iat"], UTC)
    # PyJWT does not catch every error of its JSON and base64 readers.
    except (jwt.PyJWTError, ValueError, TypeError, KeyError, OverflowError, OSError, RecursionError) as error:
        raise InvalidToken(str(error)[:200] or type(error).__name__) from error
    if claims["typ"] != kind:
        raise InvalidToken(f"not a token for {kind}")
    if principal.expires_at <= now:
        raise InvalidToken("expired")
    if issued_at > now + CLOCK_SKEW:
        raise InvalidToken("issued in the future")
    return principal


@lru_cache(maxsize=1024)
def _key_id(token: str) -> str:
    header = jwt.get_unverified_header(token)
    # Checked before the key is looked up: a token with another algorithm must not cause a fetch of the keys.
    if header.get("alg") != ALGORITHM:
        raise InvalidToken("not signed with EdDSA")
    if not isinstance(kid := header.get("kid"), str):
        raise InvalidToken("names no key")
    return kid


# A caller sends one token many times. The key is an argument, so the cache is of no use once the key is withdrawn.
@lru_cache(maxsize=1024)
def _signed_claims(token: str, key: jwt.PyJWK) -> dict[str, Any]:
    return jwt.decode(
        token,
        key,
        algorithms=[ALGORITHM],
        audience=AUDIENCE,
        issuer=ISSUER,
        # `verify` compares the times, because PyJWT would use its own clock.
        options={
            "require": ["exp", "iat", "jti", "sub", "roles", "typ"],
            "verify_exp": False,
            "verify_iat": False,
            "verify_nbf": False,
        },
    )


def _principal(claims: dict[str, Any]) -> Principal:
    roles, subject, scope = frozenset(claims["roles"]), claims["sub"], claims.get("scope", "")
    if not isinstance(claims["roles"], list) or not roles or not roles <= ROLES:
        raise InvalidToken("unknown roles")
    if not isinstance(scope, str):
        raise InvalidToken("malformed scope")
    user_id = None
    if "service" not in roles:
        if not (subject.isascii() and subject.isdecimal() and 1 <= int(subject) <= LARGEST_ID):
            raise InvalidToken("no user has this id")
        user_id = int(subject)
    return Principal(
        id=user_id,
        name=subject if user_id is None else f"user:{user_id}",
        roles=roles,
        scopes=frozenset(scope.split()),
        token_id=claims["jti"],
        expires_at=datetime.fromtimestamp(claims["exp"], UTC),
    )
