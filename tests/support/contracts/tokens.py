"""Valid tokens in place of the pacts' examples, for services that verify tokens but do not sign them."""

from collections.abc import Iterable, Mapping

from servicekit.auth.keys import KeySource
from servicekit.testing import TokenMint

MINT = TokenMint()
SCOPES: Mapping[str, Iterable[str]] = {"user_service": ["users:notify"]}


def keys() -> KeySource:
    """For settings.TOKEN_KEYS."""
    return MINT.keys


def token(name: str) -> str:
    """:param name: a service's name, or "user-7"."""
    kind, _, user_id = name.partition("-")
    return MINT.customer(int(user_id)) if kind == "user" else MINT.service(name, scopes=SCOPES.get(name, []))
