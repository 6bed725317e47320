"""Request rate limits."""

from servicekit.api.throttling import CallerThrottle


class DefaultThrottle(CallerThrottle):
    """THROTTLE_DEFAULT, for each caller, on every route of the API."""

    scope = "default"
