"""Reasons that several pieces of the kit say no for."""


class NeighbourUnavailable(Exception):
    """A neighbour is down, slow, failing, cut off by its breaker, or talks nonsense. Trying again later may help."""

    def __init__(self, neighbour: str, reason: str) -> None:
        super().__init__(f"{neighbour}: {reason}")
        self.neighbour = neighbour
        self.reason = reason
