"""Why the shop does not run."""


class CannotRun(Exception):
    """The shop cannot run. The text says what is wrong, and what to do about it or the end of the log concerned."""
