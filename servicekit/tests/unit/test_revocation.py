from datetime import UTC, datetime, timedelta

import pytest

from servicekit.auth.tokens import verify
from servicekit.testing import TokenMint
from servicekit.tests.counter.models import Revocation

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
LATER = NOON + timedelta(hours=1)
mint = TokenMint(now=lambda: NOON)


def caller(token):
    return verify(token, mint.keys, now=NOON)


class TestRevocation:
    def test_covers_the_one_token(self):
        Revocation.revoke_token("gone", LATER)

        assert Revocation.covers(caller(mint.customer(7, token_id="gone")))
        assert not Revocation.covers(caller(mint.customer(7, token_id="other")))

    def test_covers_every_token_of_a_user(self):
        Revocation.revoke_user(7, LATER)

        assert Revocation.covers(caller(mint.customer(7)))
        assert not Revocation.covers(caller(mint.customer(8)))

    def test_of_a_user_does_not_cover_services(self):
        Revocation.revoke_user(7, LATER)

        assert not Revocation.covers(caller(mint.service("order_service")))

    def test_repeated_lasts_until_the_last_given_moment(self):
        """Messages may be delivered twice."""
        Revocation.revoke_token("gone", NOON)
        Revocation.revoke_token("gone", LATER)

        [only] = Revocation.objects.all()
        assert str(only) == "jti:gone until 2026-03-02T13:00:00Z"

    def test_costs_one_query(self, django_assert_num_queries):
        with django_assert_num_queries(1):
            Revocation.covers(caller(mint.customer(7)))

    def test_purge_deletes_what_has_expired(self):
        Revocation.revoke_token("old", NOON)
        Revocation.revoke_token("new", LATER)

        assert Revocation.purge(NOON) == 1
        assert Revocation.objects.get().key == "jti:new"
