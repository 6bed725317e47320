import pytest
from django.db import transaction

from order_service.exceptions import IdempotencyKeyReused, RequestInProgress
from order_service.models import IdempotencyRecord
from order_service.services import EVERY_TIME, Answer, Once
from order_service.services.idempotency import purge
from order_service.tests.factories import ALICE, BOB, MONDAY_NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def once(clock):
    """Makes a request; two with the same arguments are the same request sent twice."""

    def make(*, user_id=ALICE, route="orders", key="k-1", fingerprint="a"):
        return Once(
            user_id=user_id,
            route=route,
            key=key,
            fingerprint=fingerprint,
            answer=lambda result: Answer(201, f'"{result}"'),
            now=clock,
        )

    return make


@pytest.fixture
def answered(once):
    request = once()
    assert request.recall() is None
    request.claim()
    request.keep("order 1")


@pytest.mark.usefixtures("answered")
class TestAnAnsweredRequest:
    def test_gets_its_answer_again(self, once):
        assert once().recall() == Answer(201, '"order 1"')

    def test_cannot_be_claimed_by_its_twin(self, once):
        """It had not seen the answer when it began."""
        with pytest.raises(RequestInProgress), transaction.atomic():
            once().claim()

        assert IdempotencyRecord.objects.count() == 1

    def test_keeps_its_key_from_another_body(self, once):
        with pytest.raises(IdempotencyKeyReused):
            once(fingerprint="b").recall()

    @pytest.mark.parametrize("other", [{"user_id": BOB}, {"route": "payments"}, {"key": "k-2"}])
    def test_leaves_the_key_to_others(self, once, other):
        assert once(**other).recall() is None

    @pytest.mark.parametrize(("before", "forgotten"), [(MONDAY_NOON, 0), (MONDAY_NOON.replace(hour=13), 1)])
    def test_is_forgotten_in_time(self, before, forgotten):
        assert purge(before=before) == forgotten


class TestARequestThatNeverCameBack:
    """Its key was claimed, then the gateway went silent."""

    def test_may_be_tried_again(self, once):
        once().claim()
        again = once()

        assert again.recall() is None
        again.claim()
        again.keep("payment 1")

        assert once().recall() == Answer(201, '"payment 1"')

    def test_keeps_its_key_from_another_body(self, once):
        once().claim()

        with pytest.raises(IdempotencyKeyReused):
            once(fingerprint="b").recall()


class TestARequestWithoutAKey:
    def test_is_not_remembered(self):
        EVERY_TIME.claim()
        EVERY_TIME.keep("order 1")

        assert not IdempotencyRecord.objects.exists()
