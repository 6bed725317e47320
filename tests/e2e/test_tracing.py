"""One request can be followed through all services."""

import pytest

from scripts.shop.project import SERVICES
from servicekit.testing import eventually


@pytest.mark.needs_logs
class TestTracing:
    def test_the_request_id_of_an_order_is_in_the_logs_of_all_services_that_worked_on_it(
        self, customer, product, target
    ):
        customer.orders(product)
        [request_id] = [one.request_id for one in customer.exchanges if one.url.endswith("/api/orders/")]

        def without_it():
            return [service.name for service in SERVICES if request_id not in target.log_of(service.name)]

        eventually(lambda: not without_it(), within=20)
