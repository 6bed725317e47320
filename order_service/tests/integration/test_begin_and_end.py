"""Processes that stop or are killed during a payment, or start before user_service."""

from threading import Thread

import pytest
import requests
from django.utils import timezone

from order_service.models import Order, Payment
from order_service.tests.integration.effects import event_types
from order_service.tests.integration.people import placed, refusal
from servicekit.testing import eventually
from tests.support.exchange import command
from tests.support.processes import answers_health
from tests.support.service_processes import Caller


class Background(Thread):
    """A request in a thread."""

    def __init__(self, call, *arguments):
        super().__init__()
        self._call, self._arguments = call, arguments
        self._answer = None
        self.start()

    def run(self):
        try:
            self._answer = self._call(*self._arguments)
        except requests.ConnectionError as error:
            self._answer = error

    def answer(self):
        self.join()
        return self._answer


class TestWebStopped:
    def test_answers_the_requests_it_has_and_accepts_no_more(self, processes, gateway, alice, lamp):
        order_id, held, web = placed(alice.orders((lamp, 1))), gateway.holds(), processes.web
        paying = Background(alice.pays, order_id)
        held.wait_until_reached()

        web.process.terminate()
        eventually(lambda: not answers_health(web))
        held.release()

        answer = paying.answer()
        assert (answer.status_code, answer.json()["status"]) == (200, "completed")
        assert web.stop() == 0
        assert event_types(order_id) == ["order.placed", "order.confirmed"]


class TestWebKilled:
    def test_during_a_charge_the_payment_is_settled_later(self, processes, exchange, gateway, alice, lamp):
        """The gateway charged after the process was killed. The next run of settle_payments asks for the outcome."""
        order_id, held = placed(alice.orders((lamp, 1))), gateway.holds()
        paying = Background(alice.pays, order_id)
        held.wait_until_reached()
        processes.web.kill()
        held.release()
        assert isinstance(paying.answer(), requests.ConnectionError)
        eventually(lambda: gateway.charges_of(lamp.price) == ["paid"])
        Payment.objects.filter(order=order_id).update(claimed_until=timezone.now())  # two minutes later

        exchange.send(command("order_service.settle_payments"))

        eventually(lambda: Order.objects.get(pk=order_id).status == "confirmed", within=15)
        assert event_types(order_id) == ["order.placed", "order.confirmed"]
        assert gateway.charges_of(lamp.price) == ["paid"]


class TestStartedBeforeUserService:
    @pytest.fixture
    def proxy_to_user_service(self, proxy_to, user_service):
        return proxy_to(user_service.url)

    def test_a_valid_token_is_503_until_user_service_answers(self, processes, proxy_to_user_service, alice):
        proxy_to_user_service.cut()
        web = processes.another("serve", USER_SERVICE_URL=proxy_to_user_service.url)
        web.wait_until(answers_health, within=60)
        early = Caller(processes, alice.token, web=web)

        answer = early.get("/api/orders/")
        proxy_to_user_service.restore()

        assert refusal(answer) == (503, "NEIGHBOUR_UNAVAILABLE")
        assert int(answer.headers["Retry-After"]) > 0
        eventually(lambda: early.get("/api/orders/").status_code == 200, within=15)
        web.kill()
