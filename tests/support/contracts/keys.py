"""The contracts about published keys, with a key for tests alone: it is the same in every run."""

from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from servicekit.testing.tokens import KeyPair, TokenMint
from tests.support.contracts import matchers
from tests.support.contracts.consumer import Contract

EXAMPLE_KEY = KeyPair(
    Ed25519PrivateKey.from_private_bytes(b"an example, and no secret at all"),
    kid="ztoF1CnzzP4_lmr1C1OEsl9tZLH2yX4MLc1Usar5_Vo",
)


def add_published_keys(contract: Contract) -> None:
    """Describe what `servicekit.auth.keys.PublishedKeys` reads: an Ed25519 key, and maybe others (RFC 8037)."""
    example = EXAMPLE_KEY.public_jwk()
    key: dict[str, Any] = {
        "kty": "OKP",
        "crv": "Ed25519",
        "x": matchers.matching(example["x"], r"^[A-Za-z0-9_-]{43}$"),
        "kid": matchers.matching(example["kid"], r"^\S+$"),
    }
    (
        contract.upon_receiving("read the published keys")
        .with_request("GET", "/.well-known/jwks.json")
        .will_respond_with(200)
        .with_body({"keys": matchers.list_with(key)}, "application/json")
    )


def token_for(user_id: int) -> str:
    """A customer's token signed with the example key."""
    return TokenMint(key=EXAMPLE_KEY).customer(user_id)
