import pytest

from order_service.exceptions import AlreadyAnswered, IdempotencyKeyReused
from order_service.models import IdempotencyRecord
from order_service.services import IdempotencyKey
from order_service.services.idempotency import check, claim, keep, purge
from order_service.tests.factories import ALICE, BOB, MONDAY_NOON

pytestmark = pytest.mark.django_db


def key(*, user_id=ALICE, route="orders", value="k-1", fingerprint="a"):
    """A request's key; two with the same arguments are of the same request, sent twice."""
    return IdempotencyKey(user_id, route, value, fingerprint, status=201, represent=lambda result: {"id": result})


class TestAnAnsweredRequest:
    @pytest.fixture(autouse=True)
    def answered(self):
        claim(key(), at=MONDAY_NOON)
        keep(key(), 17)

    def test_gets_its_first_answer_when_it_is_sent_again(self):
        with pytest.raises(AlreadyAnswered) as answered:
            check(key())

        assert (answered.value.status, answered.value.body) == (201, '{"id": 17}')

    def test_gets_its_first_answer_also_when_that_was_stored_after_the_check(self):
        """A concurrent request with this key came first."""
        with pytest.raises(AlreadyAnswered) as answered:
            claim(key(), at=MONDAY_NOON)

        assert answered.value.body == '{"id": 17}'
        assert IdempotencyRecord.objects.count() == 1

    @pytest.mark.parametrize("use", [check, lambda other: claim(other, at=MONDAY_NOON)])
    def test_keeps_its_key_from_a_request_with_another_body(self, use):
        with pytest.raises(IdempotencyKeyReused):
            use(key(fingerprint="b"))

    @pytest.mark.parametrize("other", [{"user_id": BOB}, {"route": "payments"}, {"value": "k-2"}])
    def test_leaves_the_key_to_other_users_and_routes(self, other):
        check(key(**other))
        claim(key(**other), at=MONDAY_NOON)

        assert IdempotencyRecord.objects.count() == 2

    @pytest.mark.parametrize(("before", "deleted"), [(MONDAY_NOON, 0), (MONDAY_NOON.replace(hour=13), 1)])
    def test_is_deleted_by_purge(self, before, deleted):
        assert purge(before=before) == deleted


class TestARequestWithoutAnAnswer:
    """Its key was claimed, then the gateway did not answer."""

    @pytest.fixture(autouse=True)
    def claimed(self):
        claim(key(), at=MONDAY_NOON)

    def test_may_be_sent_again(self):
        check(key())
        claim(key(), at=MONDAY_NOON)
        keep(key(), 17)

        with pytest.raises(AlreadyAnswered):
            check(key())

    def test_keeps_its_key_from_a_request_with_another_body(self):
        with pytest.raises(IdempotencyKeyReused):
            check(key(fingerprint="b"))


class TestARequestWithoutAKey:
    def test_stores_nothing(self):
        check(None)
        claim(None, at=MONDAY_NOON)
        keep(None, 17)

        assert not IdempotencyRecord.objects.exists()
