"""A client of the shop's HTTP API, for people who act in it: customers and staff."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import requests

Json = dict[str, Any]


class StepFailed(Exception):
    """
    An answer that the step did not expect; the text has the request and the answer.

    :ivar status: of the answer, 0 where the status was as expected.
    :ivar code: why the shop refused, as in "OUT_OF_STOCK"; empty where the answer does not say.
    """

    def __init__(self, text: str, *, status: int = 0, code: str = ""):
        super().__init__(text)
        self.status = status
        self.code = code


@dataclass(frozen=True)
class Exchange:
    """A request that was made, and how it was answered; 0 when there was no answer."""

    method: str
    url: str
    request_id: str
    status: int
    seconds: float


class Client:
    """
    Makes requests as one person, and remembers them.

    :param urls: where each service is reached, by its name; behind a gateway all have the same URL.
    :param session: makes the requests, for whoever counts them.
    :param timeout: seconds to wait for an answer.
    :ivar exchanges: the requests made so far.
    """

    def __init__(self, urls: Mapping[str, str], *, session: requests.Session | None = None, timeout: float = 20.0):
        self.exchanges: list[Exchange] = []
        self._urls = urls
        self._timeout = timeout
        self._session = session or requests.Session()
        self._session.trust_env = False  # neither a proxy nor a .netrc of this machine

    def signs_in_as(self, username: str, password: str) -> Json:
        body = {"username": username, "password": password}
        tokens = self.request("POST", "user_service", "/api/auth/login/", body=body)
        self._session.headers["Authorization"] = f"Bearer {tokens['access_token']}"
        return tokens

    def request(
        self, method: str, service: str, path: str, *, expected: int = 200, body: object = None, key: str = ""
    ) -> Json:
        """
        Make a request and return the JSON of its answer.

        :param key: sent as Idempotency-Key; the same request again with this key has its effect once.
        :raises StepFailed: the answer has another status than `expected`.
        :raises requests.RequestException: there is no answer.
        """
        answer = self.answer(method, service, path, body=body, key=key)
        if answer.status_code != expected:
            text = f"{method} {path} answered {answer.status_code}, not {expected}: {answer.text[:300]}"
            raise StepFailed(text, status=answer.status_code, code=_code(answer))
        content: Json = answer.json() if answer.content else {}
        return content

    def answer(self, method: str, service: str, path: str, *, body: object = None, key: str = "") -> requests.Response:
        """Make a request and return the answer, whatever its status."""
        url, request_id = self._urls[service] + path, uuid.uuid4().hex
        headers = {"X-Request-ID": request_id, **({"Idempotency-Key": key} if key else {})}
        status, seconds = 0, 0.0
        try:
            answer = self._session.request(method, url, json=body, headers=headers, timeout=self._timeout)
            status, seconds = answer.status_code, answer.elapsed.total_seconds()
        finally:
            self.exchanges.append(Exchange(method, url, request_id, status, seconds))
        return answer


def _code(answer: requests.Response) -> str:
    try:
        content = answer.json()
    except ValueError:
        return ""
    return str(content.get("code", "")) if isinstance(content, dict) else ""
