"""Request rate limits."""

from servicekit.api.throttling import CallerThrottle


class OrdersThrottle(CallerThrottle):
    """Limits orders and payments together, per customer."""

    scope = "orders"
