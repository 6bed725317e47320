"""How often one customer may order and pay."""

from servicekit.api.throttling import CallerThrottle


class OrdersThrottle(CallerThrottle):
    scope = "orders"
