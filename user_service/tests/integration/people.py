"""Users of the tests, and their requests."""

import itertools
import secrets
from typing import Any, Self

import requests

from tests.support.service_processes import ServiceProcesses
from user_service.tests.factories import PASSWORD, UserFactory

NUMBERS = itertools.count(1)
RUN = secrets.token_hex(3)


class Person:
    """A user of one test, who sends requests to the web server; has tokens once signed in."""

    def __init__(self, processes: ServiceProcesses):
        self.processes = processes
        self.name = f"alice-{RUN}-{next(NUMBERS)}"
        self.email = f"{self.name}@shop.example"
        self.id = 0
        self.access_token = self.refresh_token = ""

    def with_account(self) -> Self:
        self.id = _expect(self.registers(), 201)["id"]
        return self.signed_in()

    def as_staff(self) -> Self:
        self.id = UserFactory(username=self.name, email=self.email, staff=True).pk
        return self.signed_in()

    def signed_in(self) -> Self:
        tokens = _expect(self.signs_in(), 200)
        self.access_token, self.refresh_token = tokens["access_token"], tokens["refresh_token"]
        return self

    def registers(self, **fields: Any) -> requests.Response:
        account = {"username": self.name, "email": self.email, "password": PASSWORD, "first_name": "Alice"}
        return self.calls("POST", "/api/users/", account | fields)

    def resets_the_password(self, token: str) -> requests.Response:
        return self.calls("POST", "/api/auth/password-reset/confirm/", {"token": token, "password": f"new {PASSWORD}"})

    def verifies(self, token: str) -> requests.Response:
        return self.calls("POST", "/api/auth/verify-email/", {"token": token})

    def signs_in(self) -> requests.Response:
        return self.calls("POST", "/api/auth/login/", {"username": self.name, "password": PASSWORD})

    def refreshes(self) -> requests.Response:
        return self.calls("POST", "/api/auth/refresh/", {"refresh_token": self.refresh_token})

    def signs_out(self) -> requests.Response:
        return self.calls("POST", "/api/auth/logout/", {})

    def reads(self) -> requests.Response:
        return self.calls("GET", f"/api/users/{self.id}/")

    def changes(self, *, of: "Person | None" = None, **fields: Any) -> requests.Response:
        """Change the own account, or that of another person."""
        return self.calls("PATCH", f"/api/users/{(of or self).id}/", fields)

    def deletes(self) -> requests.Response:
        return self.calls("DELETE", f"/api/users/{self.id}/")

    def calls(self, method: str, path: str, body: Any = None, *, at: str = "", **headers: str) -> requests.Response:
        """
        Send a request, with the access token if there is one.

        :param at: the address of another web server.
        """
        if self.access_token:
            headers["Authorization"] = f"Bearer {self.access_token}"
        return requests.request(method, (at or self.processes.web.url) + path, json=body, headers=headers, timeout=30)


def _expect(answer: requests.Response, status: int) -> Any:
    assert answer.status_code == status, answer.text
    return answer.json()
