"""Real tokens in place of the pacts' examples, for services that verify tokens and sign none."""

from collections.abc import Iterable, Mapping

from servicekit.auth.keys import KeySource
from servicekit.testing import TokenMint

MINT = TokenMint()
SCOPES: Mapping[str, Iterable[str]] = {"user_service": ["users:notify"]}


def keys() -> KeySource:
    """For settings.TOKEN_KEYS."""
    return MINT.keys


def token(whom: str) -> str:
    """:param whom: a service's name, or "user-7"."""
    kind, _, user_id = whom.partition("-")
    return MINT.customer(int(user_id)) if kind == "user" else MINT.service(whom, scopes=SCOPES.get(whom, []))
