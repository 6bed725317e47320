"""A neighbour that accepts the connection and does not answer, or sends a byte now and then."""

import socketserver
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from order_service import wiring
from order_service.models import Order
from order_service.tests.component.bodies import a_payment, an_order, assert_problem
from order_service.tests.factories import ALICE, OrderFactory
from servicekit.base.exceptions import NeighbourUnavailable

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.timeout(30)]


class _Silent(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        self.server.closing.wait(timeout=20)


class _Trickling(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        try:
            while not self.server.closing.wait(timeout=0.1):
                self.request.sendall(b"H")
        except OSError:
            return


@pytest.fixture
def hanging(request, neighbours) -> Iterator[str]:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), request.param) as server:
        server.daemon_threads = True
        server.closing = threading.Event()
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        address = f"http://127.0.0.1:{server.server_address[1]}"
        neighbours.add_passthru(address)
        yield address
        server.closing.set()
        server.shutdown()
        thread.join()


class TestHangingConnection:
    @pytest.mark.parametrize("hanging", [_Silent], indirect=True)
    def test_of_user_service_ends_in_503_after_a_few_seconds(self, settings, alice, lamp, hanging):
        alice.get("/api/orders/")  # which fetches the keys
        settings.USER_SERVICE_URL = hanging
        wiring.user_directory.cache_clear()
        started = time.monotonic()

        answer = alice.post("/api/orders/", an_order((lamp, 1)))

        assert_problem(answer, 503, "NEIGHBOUR_UNAVAILABLE")
        assert time.monotonic() - started < 8
        assert not Order.objects.exists()

    @pytest.mark.parametrize("hanging", [_Silent], indirect=True)
    def test_of_user_service_is_waited_for_once_by_eight_orders_at_the_same_time(self, settings, hanging):
        """Without a service token, which the first of them fetches for all."""
        settings.USER_SERVICE_URL = hanging
        wiring.user_directory.cache_clear()
        started = time.monotonic()

        with ThreadPoolExecutor(8) as threads:
            lookups = [threads.submit(wiring.user_directory().is_active, ALICE) for _ in range(8)]
        failures = [type(lookup.exception()) for lookup in lookups]

        assert failures == [NeighbourUnavailable] * 8
        assert time.monotonic() - started < 8

    @pytest.mark.parametrize("hanging", [_Trickling], indirect=True)
    def test_of_the_gateway_ends_in_503_after_a_few_seconds(self, settings, alice, hanging):
        order = OrderFactory()
        settings.PAYMENT_GATEWAY_URL = hanging
        started = time.monotonic()

        answer = alice.post("/api/payments/", a_payment(order.pk))

        assert_problem(answer, 503, "NEIGHBOUR_UNAVAILABLE")
        assert time.monotonic() - started < 10
        assert Order.objects.get().status == "pending"
