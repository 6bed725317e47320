"""How often somebody may ask."""

from servicekit.api.throttling import CallerThrottle


class EveryCaller(CallerThrottle):
    """THROTTLE_DEFAULT, on every route of the API."""

    scope = "default"
