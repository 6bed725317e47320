"""Two requests with the same Idempotency-Key, where the first one ends while the second one waits for a lock."""

import json
from threading import Thread
from uuid import uuid4

from django.db import transaction

from order_service.models import IdempotencyRecord, Order
from order_service.tests.integration.people import placed
from servicekit.testing import eventually
from tests.support.locks import waiting_for_a_lock


class TestPayment:
    def test_gets_the_answer_that_was_stored_while_it_waited_for_the_order(self, alice, lamp, gateway):
        """It does not pay, and is not refused for an order that is paid by now."""
        order_id, key = placed(alice.orders((lamp, 1))), str(uuid4())
        gateway.is_busy(times=2)  # one call: each is tried twice
        assert alice.pays(order_id, key=key).status_code == 503

        answers = []
        second = Thread(target=lambda: answers.append(alice.pays(order_id, key=key)))
        with transaction.atomic():
            Order.objects.locked(order_id)
            second.start()
            eventually(lambda: waiting_for_a_lock() >= 1)
            stored = IdempotencyRecord.objects.filter(user_id=alice.id, route="payments")
            stored.update(status=200, body=json.dumps({"payment_id": 17}))
        second.join()

        [answer] = answers
        assert (answer.status_code, answer.json()) == (200, {"payment_id": 17})
        assert gateway.charges_of(lamp.price) == []
