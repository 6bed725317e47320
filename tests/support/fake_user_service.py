"""user_service for the processes of another service."""

from collections import Counter, defaultdict
from typing import Any

from servicekit.testing import TokenMint
from tests.support.fake_server import FakeServer, Request


class FakeUserService(FakeServer):
    """Publishes the mint's key, gives a service its token, and answers requests about the users it knows."""

    def __init__(self, *, client: str) -> None:
        super().__init__()
        self.mint = TokenMint()
        self._token = self.mint.service(client, scopes=["users:read"])
        self._users: dict[str, dict[str, Any]] = {}
        self._failures: Counter[str] = Counter()
        self._request_ids: defaultdict[str, list[str]] = defaultdict(list)

    def knows(self, user_id: int, *, is_active: bool = True, **fields: Any) -> None:
        self._users[str(user_id)] = {"id": user_id, "is_active": is_active, "email_verified": True, **fields}

    def fails(self, user_id: int, *, times: int) -> None:
        """Answer the next requests about this user, so many, with 503."""
        self._failures[str(user_id)] = times

    def times_asked(self, user_id: int) -> int:
        """The number of requests about this user."""
        return len(self._request_ids[str(user_id)])

    def request_ids(self, user_id: int) -> list[str]:
        """The X-Request-ID of each request about this user."""
        return self._request_ids[str(user_id)]

    def answer(self, request: Request) -> tuple[int, Any]:
        match request.path:
            case [".well-known", "jwks.json"]:
                return 200, self.mint.jwks()
            case ["api", "auth", "service-token"]:
                return 200, {"access_token": self._token, "token_type": "Bearer", "expires_in": 300}
            case ["api", "users", user_id] if request.headers["Authorization"] == f"Bearer {self._token}":
                self._request_ids[user_id].append(request.headers["X-Request-ID"])
                if self._failures[user_id]:
                    self._failures[user_id] -= 1
                    return 503, {"error": "Busy.", "code": "BUSY", "detail": "as the test wants it"}
                unknown = {"error": "There is no such user.", "code": "USER_NOT_FOUND", "detail": user_id}
                return (200, self._users[user_id]) if user_id in self._users else (404, unknown)
            case path:
                return 401, {"error": "No valid token.", "code": "INVALID_TOKEN", "detail": "/".join(path)}
