"""Why there are no servers."""


class ServersUnavailable(Exception):
    """The tests have no servers. The text says what is wrong, and what to do."""


class Unusable(Exception):
    """A server does not answer, refuses the password, or is too old."""


class Cancelled(Exception):
    """Another server could not be started, so this one is not needed."""
