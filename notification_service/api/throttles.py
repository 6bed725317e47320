"""How often somebody may ask."""

from servicekit.throttling import CallerThrottle


class EveryCaller(CallerThrottle):
    """THROTTLE_DEFAULT, on every route of the API."""

    scope = "default"
