from datetime import UTC, datetime, timedelta

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from jwt.algorithms import OKPAlgorithm

from user_service.signing import SigningKey, issue

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
KEY = SigningKey.generate()


class TestSigningKey:
    def test_comes_back_from_its_file_with_the_same_id(self):
        assert SigningKey.from_pem(KEY.pem()).public_jwk() == KEY.public_jwk()

    def test_shows_nothing_private(self):
        assert set(KEY.public_jwk()) == {"kty", "crv", "x", "kid", "use", "alg"}

    def test_has_the_thumbprint_of_rfc_8037_as_its_id(self):
        """Appendix A.3 of RFC 8037 gives a key and its thumbprint."""
        example = {
            "kty": "OKP",
            "crv": "Ed25519",
            "d": "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A",
            "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
        }

        assert SigningKey(OKPAlgorithm.from_jwk(example)).kid == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"

    @pytest.mark.parametrize(
        "content",
        [
            b"",
            b"no key",
        ],
    )
    def test_refuses_a_file_that_holds_no_key(self, content):
        with pytest.raises(ValueError, match=r"(?i)pem"):
            SigningKey.from_pem(content)

    def test_refuses_a_key_of_another_kind(self):
        pem = ec.generate_private_key(ec.SECP256R1()).private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )

        with pytest.raises(ValueError, match="not an Ed25519 private key"):
            SigningKey.from_pem(pem)


def test_issue_makes_up_an_id_for_each_token():
    key = SigningKey.generate()
    two = [issue(key, subject="7", roles=["customer"], lifetime=timedelta(1), now=NOON) for _ in range(2)]

    ids = {jwt.decode(token, options={"verify_signature": False})["jti"] for token in two}

    assert len(ids) == 2
