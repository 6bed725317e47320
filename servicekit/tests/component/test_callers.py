import time
from datetime import UTC, datetime, timedelta

import pytest

from servicekit.auth.keys import PublishedKeys
from servicekit.base.exceptions import NeighbourUnavailable
from servicekit.testing.client import ApiClient
from servicekit.tests.counter.models import Revocation

pytestmark = [pytest.mark.django_db, pytest.mark.security]

LATER = datetime.now(UTC) + timedelta(hours=1)
CALLERS = {
    "nobody": lambda _: ApiClient(),
    "customer": lambda mint: ApiClient.as_(mint.customer(7)),
    "staff": lambda mint: ApiClient.as_(mint.staff(1)),
    "service": lambda mint: ApiClient.as_(mint.service("order_service")),
    "reader": lambda mint: ApiClient.as_(mint.service("order_service", scopes=["users:read"])),
}
ANSWERS = {
    "/anyone/": {"nobody": 200, "customer": 200, "staff": 200, "service": 200, "reader": 200},
    "/signed-in/": {"nobody": 401, "customer": 200, "staff": 200, "service": 200, "reader": 200},
    "/staff/": {"nobody": 401, "customer": 403, "staff": 200, "service": 403, "reader": 403},
    "/people/": {"nobody": 401, "customer": 200, "staff": 200, "service": 403, "reader": 403},
    "/readers/": {"nobody": 401, "customer": 403, "staff": 200, "service": 403, "reader": 200},
}


@pytest.mark.parametrize(
    ("route", "caller", "status"),
    [(route, caller, status) for route, row in ANSWERS.items() for caller, status in row.items()],
)
def test_permissions_by_kind_of_caller(mint, route, caller, status):
    assert CALLERS[caller](mint).get(route).status_code == status


def test_a_caller_without_a_token_gets_a_challenge(nobody):
    response = nobody.get("/signed-in/")

    assert response["WWW-Authenticate"] == 'Bearer realm="shop"'
    assert response.json()["code"] == "NOT_AUTHENTICATED"


BAD_HEADERS = {
    "an expired token": lambda mint: f"Bearer {mint.expired()}",
    "a token for others": lambda mint: f"Bearer {mint.wrong_audience()}",
    "a token signed by others": lambda mint: f"Bearer {mint.foreign_signature()}",
    "a token nobody signed": lambda mint: f"Bearer {mint.unsigned()}",
    "a refresh token": lambda mint: f"Bearer {mint.refresh()}",
    "two tokens": lambda mint: f"Bearer {mint.customer()} {mint.customer()}",
    "no token": lambda _: "Bearer ",
    "bytes": lambda _: "Bearer \xff\xfe\x00",
    "a novel": lambda _: "Bearer " + "x" * 100_000,
    "a lower-case scheme": lambda mint: f"bearer {mint.expired()}",
}


@pytest.mark.parametrize("what", BAD_HEADERS)
def test_an_invalid_token_is_401_also_where_none_is_needed(mint, nobody, what):
    response = nobody.get("/anyone/", HTTP_AUTHORIZATION=BAD_HEADERS[what](mint))

    assert response.status_code == 401
    assert response.json() == {
        "error": "Unauthorized",
        "code": "INVALID_TOKEN",
        "detail": "This token is not valid.",
    }


@pytest.mark.parametrize("header", ["", "Basic YTpi", "Bearer", "Token abc"])
def test_another_scheme_is_ignored(nobody, header):
    response = nobody.get("/signed-in/", HTTP_AUTHORIZATION=header)

    assert response.status_code == 401


def test_a_revoked_token_is_401_and_another_of_the_same_user_is_not(mint):
    Revocation.revoke_token("gone", LATER)

    response = ApiClient.as_(mint.customer(7, token_id="gone")).get("/signed-in/")

    assert response.status_code == 401
    assert response.json()["detail"] == "This token was revoked."
    assert ApiClient.as_(mint.customer(7)).get("/signed-in/").status_code == 200


def test_every_token_of_a_revoked_user_is_401(mint):
    Revocation.revoke_user(7, LATER)

    assert ApiClient.as_(mint.customer(7)).get("/signed-in/").status_code == 401


@pytest.mark.regression
def test_a_token_is_503_while_its_key_cannot_be_fetched(mint, monkeypatch):
    """The service has started before user_service, which publishes the keys."""
    monkeypatch.setattr(mint, "keys", PublishedKeys(nobody_answers))

    response = ApiClient.as_(mint.customer(7)).get("/signed-in/")

    assert response.status_code == 503
    assert response.json()["code"] == "NEIGHBOUR_UNAVAILABLE"
    assert int(response["Retry-After"]) > 0


def nobody_answers():
    raise NeighbourUnavailable("user_service", "is down")


class TestThrottle:
    @pytest.fixture(autouse=True)
    def two_a_minute(self, settings):
        settings.THROTTLE_KNOCK = "2/min"

    def test_answers_429_with_retry_after(self, nobody):
        answers = [nobody.get("/anyone/") for _ in range(3)]

        assert [answer.status_code for answer in answers] == [200, 200, 429]
        assert answers[-1].json()["code"] == "THROTTLED"
        assert 1 <= int(answers[-1]["Retry-After"]) <= 60

    def test_counts_each_caller_separately(self, mint, nobody):
        for _ in range(3):
            nobody.get("/anyone/")

        assert [ApiClient.as_(mint.customer(user_id)).get("/anyone/").status_code for user_id in (7, 7, 7, 8)] == [
            200,
            200,
            429,
            200,
        ]
        assert ApiClient.as_(mint.service("order_service")).get("/anyone/").status_code == 200

    def test_starts_again_after_its_period(self, nobody, monkeypatch):
        for _ in range(3):
            nobody.get("/anyone/")
        soon = time.time() + 61
        monkeypatch.setattr("servicekit.api.throttling.time.time", lambda: soon)
        monkeypatch.setattr("django.core.cache.backends.locmem.time.time", lambda: soon)

        assert [nobody.get("/anyone/").status_code for _ in range(3)] == [200, 200, 429]

    def test_is_off_without_a_rate(self, nobody, settings):
        settings.THROTTLE_KNOCK = None

        assert {nobody.get("/anyone/").status_code for _ in range(10)} == {200}
