"""Fakes of the services that are notified of changed users."""

from collections import Counter, defaultdict
from typing import Any, NamedTuple

from tests.support.fake_server import FakeServer, HeldCall, Request


class Call(NamedTuple):
    """A notification: the changed fields, the token of the caller, and the status of the answer."""

    changes: list[str]
    token: str
    status: int


class Listener(FakeServer):
    """Accepts `POST /api/user-updated/` and records the calls by user."""

    def __init__(self) -> None:
        super().__init__()
        self._calls: defaultdict[int, list[Call]] = defaultdict(list)
        self._busy: Counter[int] = Counter()
        self._held: dict[int, HeldCall] = {}

    def is_busy(self, user_id: int, *, times: int) -> None:
        """Answer 503 to this number of calls about this user."""
        self._busy[user_id] = times

    def holds(self, user_id: int) -> HeldCall:
        """Let the next call about this user wait."""
        self._held[user_id] = HeldCall()
        return self._held[user_id]

    def calls(self, user_id: int) -> list[Call]:
        """The calls about this user, oldest first."""
        return list(self._calls[user_id])

    def answers(self, user_id: int) -> list[int]:
        return [call.status for call in self.calls(user_id)]

    def accepted(self, user_id: int) -> list[list[str]]:
        """The changed fields of each accepted call."""
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
