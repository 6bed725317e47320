"""Why there are no servers, in words for the person who has to do something about it."""


class ServersUnavailable(Exception):
    """The tests cannot run for want of servers. The text says what is wrong and what can be done."""


class Unusable(Exception):
    """A server did not answer as it should: nobody there, wrong password, too old."""
