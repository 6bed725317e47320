"""Exceptions that several packages of the kit raise."""


class NeighbourUnavailable(Exception):
    """A service that we call is down, slow or failing, or answers nonsense. Trying again later may help."""

    def __init__(self, neighbour: str, reason: str) -> None:
        super().__init__(f"{neighbour}: {reason}")
        self.neighbour = neighbour
        self.reason = reason
