"""A client of a service's API, in the test's own process."""

from typing import Self

from rest_framework.test import APIClient


class ApiClient(APIClient):
    """`ApiClient()` sends no token; `ApiClient.as_(mint.customer(7))` sends that token with every request."""

    @classmethod
    def as_(cls, token: str) -> Self:
        client = cls()
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
        return client
