"""Who is calling: JSON Web Tokens (RFC 7519) signed with EdDSA (RFC 8037), and the caller that one proves."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, Final

import jwt

from servicekit.auth.callers import Nobody, Principal
from servicekit.auth.keys import InvalidToken, KeySource, PublishedKeys, SigningKey
from servicekit.base.ids import LARGEST_ID

__all__ = ["InvalidToken", "KeySource", "Nobody", "Principal", "PublishedKeys", "SigningKey", "issue", "verify"]

ISSUER: Final = "user_service"
AUDIENCE: Final = "shop"
ALGORITHM: Final = "EdDSA"
ROLES: Final = frozenset({"customer", "staff", "service"})
MAX_LENGTH: Final = 4096
CLOCK_SKEW: Final = timedelta(seconds=10)


def issue(
    key: SigningKey,
    *,
    subject: str,
    roles: Iterable[str],
    lifetime: timedelta,
    now: datetime,
    scopes: Iterable[str] = (),
    kind: str = "access",
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
        "typ": kind,
        "roles": sorted(roles),
    }
    if scopes:
        claims["scope"] = " ".join(sorted(scopes))
    return jwt.encode(claims, key.private, algorithm=ALGORITHM, headers={"kid": key.kid})


def verify(token: str, keys: KeySource, *, now: datetime, kind: str = "access") -> Principal:
    """
    Read a token and give whom it speaks for.

    :raises InvalidToken: whatever is wrong with it, and whatever bytes it is made of.
    """
    if len(token) > MAX_LENGTH:
        raise InvalidToken("longer than any token of ours")
    try:
        proven = _prove(token, keys.key(_key_id(token)))
    # PyJWT lets through what its JSON and base64 readers raise on bytes nobody signed.
    except (jwt.PyJWTError, ValueError, TypeError, KeyError, OverflowError, OSError, RecursionError) as error:
        raise InvalidToken(str(error)[:200] or type(error).__name__) from error
    if proven.kind != kind:
        raise InvalidToken(f"not a token for {kind}")
    if proven.principal.expires_at <= now:
        raise InvalidToken("expired")
    if proven.issued_at > now + CLOCK_SKEW:
        raise InvalidToken("issued in the future")
    return proven.principal


@dataclass(frozen=True)
class _Proven:
    """What a signature proves; whether it is still good is a matter of the moment."""

    principal: Principal
    kind: str
    issued_at: datetime


@lru_cache(maxsize=1024)
def _key_id(token: str) -> str:
    header = jwt.get_unverified_header(token)
    # Before the key is asked for: an algorithm that is not ours must not cost a look at the signer.
    if header.get("alg") != ALGORITHM:
        raise InvalidToken("not signed with EdDSA")
    if not isinstance(kid := header.get("kid"), str):
        raise InvalidToken("names no key")
    return kid


# A caller shows one token many times, and its signature is most of what a small answer costs. What was proven with a
# key stays proven as long as that key is published: the key is part of the question.
@lru_cache(maxsize=1024)
def _prove(token: str, key: jwt.PyJWK) -> _Proven:
    claims = jwt.decode(
        token,
        key,
        algorithms=[ALGORITHM],
        audience=AUDIENCE,
        issuer=ISSUER,
        # The moment is an argument here, so the times are compared by our caller, not by PyJWT's own clock.
        options={
            "require": ["exp", "iat", "jti", "sub", "roles", "typ"],
            "verify_exp": False,
            "verify_iat": False,
            "verify_nbf": False,
        },
    )
    return _Proven(_principal(claims), claims["typ"], datetime.fromtimestamp(claims["iat"], UTC))


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
