import base64
import hmac
import json
from datetime import UTC, datetime, timedelta

import pytest

from servicekit.auth.callers import AnonymousCaller, Principal
from servicekit.auth.keys import InvalidToken
from servicekit.auth.tokens import verify
from servicekit.testing import FakeClock, TokenMint
from servicekit.testing.tokens import KeyPair

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def clock():
    return FakeClock(NOON)


@pytest.fixture
def mint(clock):
    return TokenMint(now=clock)


class TestVerify:
    def test_gives_the_customer(self, mint):
        token = mint.customer(17, token_id="abc")

        assert verify(token, mint.keys, now=NOON) == Principal(
            id=17,
            name="user:17",
            roles=frozenset({"customer"}),
            scopes=frozenset(),
            token_id="abc",
            expires_at=NOON + timedelta(minutes=15),
        )

    def test_gives_the_service_and_its_scopes(self, mint):
        token = mint.service("order_service", scopes=["users:read", "users:notify"])

        caller = verify(token, mint.keys, now=NOON)

        assert (caller.id, caller.name, caller.is_service) == (None, "order_service", True)
        assert caller.scopes == {"users:read", "users:notify"}

    def test_accepts_a_token_until_it_expires(self, mint):
        token = mint.customer()

        assert verify(token, mint.keys, now=NOON + timedelta(minutes=14, seconds=59)).id == 7
        with pytest.raises(InvalidToken, match="expired"):
            verify(token, mint.keys, now=NOON + timedelta(minutes=15))

    def test_accepts_a_token_from_a_clock_that_is_seconds_ahead(self, mint):
        token = mint.customer()

        assert verify(token, mint.keys, now=NOON - timedelta(seconds=9)).id == 7
        with pytest.raises(InvalidToken, match="future"):
            verify(token, mint.keys, now=NOON - timedelta(minutes=1))

    def test_accepts_a_refresh_token_only_where_one_is_wanted(self, mint):
        assert verify(mint.refresh(), mint.keys, now=NOON, kind="refresh").id == 7
        with pytest.raises(InvalidToken, match="not a token for access"):
            verify(mint.refresh(), mint.keys, now=NOON)

    def test_refuses_a_token_whose_key_was_withdrawn(self, mint, clock):
        """Although the same token was valid before."""
        token = mint.customer()
        verify(token, mint.keys, now=NOON)

        mint.signing_key = KeyPair()
        clock.advance(minutes=5)

        with pytest.raises(InvalidToken, match="is published"):
            verify(token, mint.keys, now=clock())


def public_key_as_a_password(mint):
    """A known attack: HS256, with the text of the public key as the secret."""
    header = encoded({"alg": "HS256", "kid": mint.signing_key.kid})
    signed = f"{header}.{mint.customer().split('.')[1]}"
    password = json.dumps(mint.signing_key.public_jwk()).encode()
    signature = hmac.new(password, signed.encode(), "sha256").digest()
    return f"{signed}.{base64.urlsafe_b64encode(signature).decode().rstrip('=')}"


def with_header(mint, **header):
    _, body, signature = mint.customer().split(".")
    return f"{encoded({'alg': 'EdDSA', 'kid': mint.signing_key.kid, **header})}.{body}.{signature}"


def deep(mint):
    head, _, signature = mint.customer().split(".")
    return ".".join([head, base64.urlsafe_b64encode(b"[" * 2500).decode().rstrip("="), signature])


def encoded(part):
    return base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")


GARBAGE = {
    "nothing": "",
    "a word": "token",
    "three dots": "...",
    "no base64": "%%%.%%%.%%%",
    "letters beyond ASCII": "ü.ü.ü",
    "half of a surrogate pair": "\ud800.a.b",
    "NUL": "\0.\0.\0",
    "a novel": "a" * 100_000,
}
FORGERIES = {
    "a good one with a tail": lambda mint: mint.customer() + "x",
    "half of a good one": lambda mint: mint.customer()[:-40],
    "expired": lambda mint: mint.expired(),
    "of another kind": lambda mint: mint.refresh(),
    "for another shop": lambda mint: mint.wrong_audience(),
    "for several shops but ours": lambda mint: mint.forged(aud=["a", "b"]),
    "from another issuer": lambda mint: mint.forged(iss="order_service"),
    "signed with another key": lambda mint: mint.foreign_signature(),
    "not signed": lambda mint: mint.unsigned(),
    "signed with our public key as a password": public_key_as_a_password,
    "of another algorithm, same signature": lambda mint: with_header(mint, alg="ES256"),
    "of an unknown key": lambda mint: with_header(mint, kid="unknown"),
    "of no key": lambda mint: ".".join([encoded({"alg": "EdDSA"}), *mint.customer().split(".")[1:]]),
    "of a key that is a number": lambda mint: with_header(mint, kid=7),
    "of a key that is a list": lambda mint: with_header(mint, kid=["a"]),
    "with a header that must be understood": lambda mint: with_header(mint, crit=["exp"]),
    "nested too deeply": deep,
    "with a user who is zero": lambda mint: mint.forged(sub="0"),
    "with a user who is negative": lambda mint: mint.forged(sub="-7"),
    "with a user in Arabic digits": lambda mint: mint.forged(sub="\u0667"),
    "with a user of thousands of digits": lambda mint: mint.forged(sub="9" * 2000),
    "with a user beyond any id": lambda mint: mint.forged(sub=str(2**63)),
    "with a user who is a word": lambda mint: mint.forged(sub="alice"),
    "with an unknown role": lambda mint: mint.forged(roles=["customer", "emperor"]),
    "with no role": lambda mint: mint.forged(roles=[]),
    "with roles as a text": lambda mint: mint.forged(roles="staff"),
    "with roles that are objects": lambda mint: mint.forged(roles=[{}]),
    "with roles as an object": lambda mint: mint.forged(roles={"staff": True}),
    "with a scope that is a list": lambda mint: mint.forged(scope=["users:read"]),
    "with an end that is a text": lambda mint: mint.forged(exp="tomorrow"),
    "with an end beyond all years": lambda mint: mint.forged(exp=10**18),
    "with an end beyond all numbers": lambda mint: mint.forged(exp=10**400),
    "with a beginning beyond all years": lambda mint: mint.forged(iat=-(10**18)),
    "with an end that is a list": lambda mint: mint.forged(exp=[1]),
    **{
        f"without {claim}": lambda mint, claim=claim: mint.forged(**{claim: None})
        for claim in ("iss", "aud", "sub", "jti", "iat", "exp", "typ", "roles")
    },
}


@pytest.mark.security
@pytest.mark.parametrize("kind", GARBAGE)
def test_garbage_raises_invalid_token_only(mint, kind):
    """One exception for any input, which the API answers with 401."""
    with pytest.raises(InvalidToken):
        verify(GARBAGE[kind], mint.keys, now=NOON)


@pytest.mark.security
@pytest.mark.parametrize("kind", FORGERIES)
def test_a_forgery_raises_invalid_token_only(mint, kind):
    with pytest.raises(InvalidToken):
        verify(FORGERIES[kind](mint), mint.keys, now=NOON)


class TestPrincipal:
    @pytest.fixture
    def alice(self, mint):
        return verify(mint.customer(7), mint.keys, now=NOON)

    def test_owns_its_own_id_only(self, alice):
        assert alice.owns(7)
        assert not alice.owns(8)

    def test_pk_is_the_user_id_or_the_service_name(self, alice, mint):
        service = verify(mint.service("order_service"), mint.keys, now=NOON)

        assert (alice.pk, service.pk) == (7, "order_service")

    def test_staff_is_not_a_service(self, mint):
        boss = verify(mint.staff(1), mint.keys, now=NOON)

        assert (boss.is_staff, boss.is_service, boss.is_authenticated) == (True, False, True)

    def test_an_anonymous_caller_may_nothing_and_owns_nothing(self):
        caller = AnonymousCaller()

        assert not any([caller.is_authenticated, caller.is_staff, caller.is_service, caller.owns(7)])
