"""Fakes of other services; they record their calls."""

from collections.abc import Collection


class FakeListener:
    def __init__(self, *, accepts: bool = True):
        self.accepts = accepts
        self.told: list[tuple[int, list[str]]] = []

    def tell(self, *, user_id: int, changes: Collection[str]) -> bool:
        self.told.append((user_id, list(changes)))
        return self.accepts
