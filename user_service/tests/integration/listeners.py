"""The neighbours that must forget a changed user at once, made up."""

from collections import Counter, defaultdict
from typing import Any, NamedTuple

from tests.support.fake_server import FakeServer, HeldCall, Request


class Call(NamedTuple):
    """What we were told of a user, by whom, and what we answered."""

    changes: list[str]
    token: str
    status: int


class Listener(FakeServer):
    """Takes `POST /api/user-updated/` and remembers what it was told, user by user."""

    def __init__(self) -> None:
        super().__init__()
        self._calls: defaultdict[int, list[Call]] = defaultdict(list)
        self._busy: Counter[int] = Counter()
        self._held: dict[int, HeldCall] = {}

    def is_busy(self, user_id: int, *, times: int) -> None:
        """Answer this often that news of this user cannot be taken now."""
        self._busy[user_id] = times

    def holds(self, user_id: int) -> HeldCall:
        """Keep the next call about this user waiting."""
        self._held[user_id] = HeldCall()
        return self._held[user_id]

    def calls(self, user_id: int) -> list[Call]:
        """What came about this user, in the order of arrival."""
        return list(self._calls[user_id])

    def answers(self, user_id: int) -> list[int]:
        return [call.status for call in self.calls(user_id)]

    def told(self, user_id: int) -> list[list[str]]:
        """What was accepted: names of fields, news by news."""
        return [call.changes for call in self.calls(user_id) if call.status == 200]

    def answer(self, request: Request) -> tuple[int, Any]:
        if (request.method, request.path) != ("POST", ["api", "user-updated"]):
            return 404, {"error": "There is nothing here.", "code": "NOT_FOUND", "detail": "/".join(request.path)}
        user_id = request.body["user_id"]
        status = 503 if self._busy[user_id] else 200
        self._busy[user_id] = max(self._busy[user_id] - 1, 0)
        token = request.headers["Authorization"].removeprefix("Bearer ")
        self._calls[user_id].append(Call(request.body["changes"], token, status))
        if held := self._held.pop(user_id, None):
            held.hold()
        return status, {}
