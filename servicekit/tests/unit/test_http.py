import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
import requests
import responses

from servicekit.auth.service_tokens import ServiceToken
from servicekit.base.telemetry import bound_request_id
from servicekit.calls.breakers import FAILURES as FAILURES_TO_OPEN
from servicekit.calls.breakers import PAUSE, Breaker
from servicekit.calls.http import MAX_BODY, HttpNeighbour, NeighbourUnavailable
from servicekit.testing import FakeClock
from servicekit.testing.http import FAILURES, fails, fake_neighbours, sent_json

USERS = "http://users.invalid"


@pytest.fixture
def neighbours():
    with fake_neighbours() as mock:
        yield mock


@pytest.fixture
def users():
    return HttpNeighbour("users", USERS + "/")


class TestGet:
    def test_gives_the_answer(self, neighbours, users):
        neighbours.get(f"{USERS}/api/users/7/", json={"id": 7})

        response = users.get("/api/users/7/", params={"fields": "id"})

        assert users.json_object(response) == {"id": 7}
        assert neighbours.calls[0].request.url == f"{USERS}/api/users/7/?fields=id"

    @pytest.mark.parametrize("status", [400, 401, 404, 409, 429])
    def test_gives_a_refusal_to_the_caller(self, neighbours, users, status):
        neighbours.get(f"{USERS}/", status=status)

        assert users.get("/").status_code == status
        assert len(neighbours.calls) == 1

    def test_is_repeated_once_after_a_failure(self, neighbours, users):
        neighbours.get(f"{USERS}/", status=503)
        neighbours.get(f"{USERS}/", json={})

        assert users.get("/").status_code == 200

    @pytest.mark.parametrize("failure", ["answers 500", "answers 503", "times out", "is unreachable", "redirects"])
    def test_gives_up_after_two_attempts(self, neighbours, users, failure):
        fails(neighbours, "GET", f"{USERS}/", failure)

        with pytest.raises(NeighbourUnavailable) as trouble:
            users.get("/")

        assert trouble.value.neighbour == "users"
        assert len(neighbours.calls) == 2

    def test_does_not_follow_a_redirect(self, neighbours, users):
        neighbours.get(f"{USERS}/", status=302, headers={"Location": "http://elsewhere.invalid/"})
        elsewhere = neighbours.get("http://elsewhere.invalid/", json={})

        with pytest.raises(NeighbourUnavailable, match="answered 302"):
            users.get("/")

        assert elsewhere.call_count == 0

    def test_refuses_more_than_a_megabyte(self, neighbours, users):
        neighbours.get(f"{USERS}/", body=b" " * (MAX_BODY + 1))

        with pytest.raises(NeighbourUnavailable, match="more than"):
            users.get("/")

    def test_accepts_a_megabyte(self, neighbours, users):
        neighbours.get(f"{USERS}/", body=b" " * MAX_BODY)

        assert len(users.get("/").content) == MAX_BODY

    def test_sends_no_cookies(self, neighbours, users):
        neighbours.get(f"{USERS}/", headers={"Set-Cookie": "session=abc"}, json={})
        users.get("/")
        users.get("/")

        assert "Cookie" not in neighbours.calls[1].request.headers


class TestPost:
    def test_sends_json(self, neighbours, users):
        neighbours.post(f"{USERS}/", status=201, json={})

        assert users.post("/", json={"name": "alice"}, headers={"Idempotency-Key": "k"}).status_code == 201
        [call] = neighbours.calls
        assert sent_json(call) == {"name": "alice"}
        assert call.request.headers["Idempotency-Key"] == "k"

    @pytest.mark.parametrize("failure", ["answers 500", "times out", "is unreachable"])
    def test_is_not_repeated(self, neighbours, users, failure):
        """It is not known whether the first one was done."""
        fails(neighbours, "POST", f"{USERS}/", failure)

        with pytest.raises(NeighbourUnavailable):
            users.post("/", json={})

        assert len(neighbours.calls) == 1

    def test_is_repeated_when_idempotent(self, neighbours, users):
        neighbours.post(f"{USERS}/", status=500)
        neighbours.post(f"{USERS}/", json={})

        assert users.post("/", json={}, idempotent=True).status_code == 200


class TestJsonObject:
    @pytest.mark.parametrize("failure", ["talks nonsense", "answers a list", "answers null"])
    def test_refuses_what_is_no_json_object(self, neighbours, users, failure):
        fails(neighbours, "GET", f"{USERS}/", failure)

        with pytest.raises(NeighbourUnavailable, match="answered with"):
            users.json_object(users.get("/"))

    @pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b"[" * 100_000, b'{"a": ' + b"9" * 5000 + b"}"])
    def test_refuses_what_cannot_be_read(self, neighbours, users, body):
        neighbours.get(f"{USERS}/", body=body)

        with pytest.raises(NeighbourUnavailable):
            users.json_object(users.get("/"))


class TestBreaker:
    def fail_until_open(self, neighbours, users):
        failing = neighbours.get(f"{USERS}/", status=500)
        for _ in range(FAILURES_TO_OPEN):
            with pytest.raises(NeighbourUnavailable, match="answered 500"):
                users.get("/")
        neighbours.remove(failing)

    def test_stops_calls_to_a_neighbour_that_fails(self, neighbours, users):
        self.fail_until_open(neighbours, users)
        answering = neighbours.get(f"{USERS}/", json={})

        with pytest.raises(NeighbourUnavailable, match="not called"):
            users.get("/")

        assert answering.call_count == 0

    def test_is_shared_by_all_callers_of_a_neighbour(self, neighbours, users):
        self.fail_until_open(neighbours, users)

        with pytest.raises(NeighbourUnavailable, match="not called"):
            HttpNeighbour("users", USERS).get("/")

    def test_of_one_neighbour_does_not_stop_calls_to_another(self, neighbours, users):
        self.fail_until_open(neighbours, users)
        neighbours.get("http://orders.invalid/", json={})

        assert HttpNeighbour("orders", "http://orders.invalid").get("/").status_code == 200

    def test_does_not_open_for_refusals(self, neighbours, users):
        neighbours.get(f"{USERS}/", status=404)

        assert [users.get("/").status_code for _ in range(2 * FAILURES_TO_OPEN)] == [404] * 2 * FAILURES_TO_OPEN

    def test_a_trial_call_may_fetch_its_token_from_the_same_neighbour(self, neighbours):
        """Only one trial call is allowed, and fetching the token is a call too."""
        now = [0.0]
        breaker = Breaker(clock=lambda: now[0])
        issuer = HttpNeighbour("users", USERS, breaker=breaker)
        token = ServiceToken(issuer, client_id="order_service", client_secret="s3cret")
        self.fail_until_open(neighbours, issuer)
        neighbours.post(TOKEN_URL, json=grant("t1"))
        neighbours.get(f"{USERS}/", json={})

        now[0] += PAUSE

        assert HttpNeighbour("users", USERS, token=token, breaker=breaker).get("/").status_code == 200


class TestHeaders:
    def test_contain_the_request_id(self, neighbours, users):
        neighbours.get(f"{USERS}/", json={})

        with bound_request_id("abc-1"):
            users.get("/")

        assert neighbours.calls[0].request.headers["X-Request-ID"] == "abc-1"

    def test_contain_no_token_without_one(self, neighbours, users):
        neighbours.get(f"{USERS}/", json={})
        users.get("/")

        assert "Authorization" not in neighbours.calls[0].request.headers

    def test_contain_the_token(self, neighbours):
        neighbours.get(f"{USERS}/", json={})
        HttpNeighbour("users", USERS, token=lambda: "t1").get("/")

        assert neighbours.calls[0].request.headers["Authorization"] == "Bearer t1"

    def test_a_401_is_not_repeated_without_a_new_token(self, neighbours):
        neighbours.get(f"{USERS}/", status=401)

        assert HttpNeighbour("users", USERS, token=lambda: "t1").get("/").status_code == 401
        assert len(neighbours.calls) == 1


TOKEN_URL = f"{USERS}/api/auth/service-token/"


def grant(token, expires_in=300):
    return {"access_token": token, "token_type": "Bearer", "expires_in": expires_in}


class TestServiceToken:
    @pytest.fixture
    def clock(self):
        return FakeClock(datetime(2026, 3, 2, 12, tzinfo=UTC))

    @pytest.fixture
    def token(self, users, clock):
        return ServiceToken(users, client_id="order_service", client_secret="s3cret", clock=clock)

    def test_is_fetched_with_our_secret(self, neighbours, token):
        neighbours.post(TOKEN_URL, json=grant("t1"))

        assert token() == "t1"
        assert sent_json(neighbours.calls[0]) == {"client_id": "order_service", "client_secret": "s3cret"}

    def test_is_cached_until_shortly_before_it_expires(self, neighbours, token, clock):
        neighbours.post(TOKEN_URL, json=grant("t1"))
        neighbours.post(TOKEN_URL, json=grant("t2"))

        assert token() == "t1"
        clock.advance(seconds=269)
        assert token() == "t1"
        clock.advance(seconds=1)
        assert token() == "t2"

    def test_with_a_short_lifetime_is_cached_for_half_of_it(self, neighbours, token, clock):
        neighbours.post(TOKEN_URL, json=grant("t1", expires_in=10))
        neighbours.post(TOKEN_URL, json=grant("t2"))

        assert token() == "t1"
        clock.advance(seconds=5)
        assert token() == "t2"

    def test_is_renewed_once_after_a_401(self, neighbours, token):
        """For example when its key was withdrawn. A refused call was not done, so even a POST may be repeated."""
        neighbours.post(TOKEN_URL, json=grant("t1"))
        neighbours.post(TOKEN_URL, json=grant("t2"))
        neighbours.post(
            f"{USERS}/api/", status=401, match=[responses.matchers.header_matcher({"Authorization": "Bearer t1"})]
        )
        neighbours.post(
            f"{USERS}/api/", status=201, match=[responses.matchers.header_matcher({"Authorization": "Bearer t2"})]
        )

        assert HttpNeighbour("users", USERS, token=token).post("/api/", json={}).status_code == 201

    def test_refused_twice_gives_the_caller_a_401(self, neighbours, token):
        neighbours.post(TOKEN_URL, json=grant("t1"))
        neighbours.get(f"{USERS}/api/", status=401)

        assert HttpNeighbour("users", USERS, token=token).get("/api/").status_code == 401

    def test_that_cannot_be_fetched_costs_two_attempts(self, neighbours, token):
        neighbours.post(TOKEN_URL, body=requests.ConnectTimeout("too slow"))

        with pytest.raises(NeighbourUnavailable):
            HttpNeighbour("orders", "http://orders.invalid", token=token).get("/")

        assert len(neighbours.calls) == 2

    def test_that_could_not_be_fetched_is_not_fetched_again_for_a_second(self, neighbours, token, clock):
        """Threads that waited for the first fetch would each wait as long again."""
        neighbours.post(TOKEN_URL, status=500)
        with pytest.raises(NeighbourUnavailable):
            token()
        calls = len(neighbours.calls)

        with pytest.raises(NeighbourUnavailable, match="answered 500"):
            token()
        assert len(neighbours.calls) == calls

        clock.advance(seconds=1)
        neighbours.upsert(responses.POST, TOKEN_URL, json=grant("t1"))
        assert token() == "t1"

    def test_is_refused_with_a_wrong_secret(self, neighbours, token):
        neighbours.post(TOKEN_URL, status=401)

        with pytest.raises(NeighbourUnavailable, match="refused our client secret with 401"):
            token()

    @pytest.mark.parametrize(
        "answer",
        [
            {},
            {"access_token": "t1"},
            {"access_token": None, "expires_in": 300},
            {"access_token": "t\u00fc", "expires_in": 300},
            {"access_token": "t1\r\nX-Evil: 1", "expires_in": 300},
            {"access_token": "t1", "expires_in": "300"},
            {"access_token": "t1", "expires_in": -1},
            {"access_token": "t1", "expires_in": 10**30},
            {"access_token": "t1", "expires_in": True},
            ["t1"],
        ],
    )
    def test_that_is_malformed_is_refused(self, neighbours, token, answer):
        neighbours.post(TOKEN_URL, json=answer)

        with pytest.raises(NeighbourUnavailable):
            token()


@pytest.mark.parametrize("how", FAILURES)
def test_every_kind_of_failure_is_neighbour_unavailable(neighbours, users, how):
    fails(neighbours, "GET", f"{USERS}/", how)

    with pytest.raises(NeighbourUnavailable):
        users.json_object(users.get("/"))


class TestConcurrency:
    def test_a_call_beyond_the_limit_is_refused_at_once(self, neighbours):
        """While another call hangs, so that threads are left for requests that need no neighbour."""
        hangs, released = threading.Event(), threading.Event()

        def hang(_request):
            hangs.set()
            assert released.wait(timeout=5)
            return 200, {}, "{}"

        neighbours.add_callback(responses.GET, f"{USERS}/", callback=hang)
        users = HttpNeighbour("users", USERS, concurrency=1)
        with ThreadPoolExecutor(1) as threads:
            first = threads.submit(users.get, "/")
            assert hangs.wait(timeout=5)

            with pytest.raises(NeighbourUnavailable, match="busy"):
                users.get("/")
            released.set()
            assert first.result().status_code == 200

        assert users.get("/").status_code == 200
