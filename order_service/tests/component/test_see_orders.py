"""GET /api/orders/, /api/orders/{id}/ and /api/users/{id}/orders/."""

import pytest

from order_service.api import pagination
from order_service.tests.component.bodies import assert_problem
from order_service.tests.factories import ALICE, BOB, MALLORY, OrderFactory

pytestmark = pytest.mark.django_db
ORDERS = "/api/orders/"


def ids(answer):
    assert answer.status_code == 200, answer.content
    return [order["id"] for order in answer.json()["results"]]


@pytest.fixture
def first():
    return OrderFactory(user_id=ALICE).pk


@pytest.fixture
def second(first):
    return OrderFactory(user_id=BOB, confirmed=True).pk


@pytest.fixture
def third(second):
    return OrderFactory(user_id=ALICE, shipped=True).pk


class TestList:
    def test_shows_ones_own_the_newest_first(self, alice, first, third):
        assert ids(alice.get(ORDERS)) == [third, first]

    def test_shows_the_staff_everybodys(self, staff, first, second, third):
        assert ids(staff.get(ORDERS)) == [third, second, first]

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ({"status": "confirmed"}, ["second"]),
            ({"status": "cancelled"}, []),
            ({"status": ""}, ["third", "second", "first"]),
        ],
    )
    def test_can_be_narrowed_to_a_status(self, request, staff, third, query, found):
        assert ids(staff.get(ORDERS, query)) == [request.getfixturevalue(name) for name in found]

    def test_can_go_on_below_an_order(self, staff, first, second, third):
        assert ids(staff.get(ORDERS, {"before_id": third})) == [second, first]

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("status", "lost"),
            ("before_id", "0"),
            ("before_id", "first"),
            ("before_id", "1.5"),
            ("before_id", str(2**63)),
            ("before_id", "1e400"),
        ],
    )
    def test_says_what_it_cannot_look_for(self, alice, name, value):
        answer = alice.get(ORDERS, {name: value})

        assert (answer.status_code, set(answer.json())) == (400, {name})

    def test_asks_the_database_as_often_for_twenty_as_for_one(self, alice, django_assert_num_queries):
        """Is the token revoked? How many? Which orders? What is in them?"""
        OrderFactory.create_batch(20, user_id=ALICE)

        with django_assert_num_queries(4):
            assert len(ids(alice.get(ORDERS))) == 20

    def test_counts_no_further_than_anybody_turns_pages(self, alice, monkeypatch):
        monkeypatch.setattr(pagination, "MAX_COUNT", 2)
        OrderFactory.create_batch(3, user_id=ALICE)

        assert alice.get(ORDERS).json()["count"] == 2

    @pytest.mark.security
    @pytest.mark.parametrize(
        ("who", "status", "code"),
        [("nobody", 401, "NOT_AUTHENTICATED"), ("service", 403, "PERMISSION_DENIED")],
    )
    def test_is_for_people(self, request, who, status, code):
        assert_problem(request.getfixturevalue(who).get(ORDERS), status, code)

    def test_there_is_no_page_beyond_the_last(self, alice):
        assert_problem(alice.get(ORDERS, {"page": 2}), 404, "NOT_FOUND")


class TestListOfAUser:
    @pytest.mark.parametrize("who", ["alice", "staff"])
    def test_is_for_the_owner_and_the_staff(self, request, who, first, second, third):
        assert ids(request.getfixturevalue(who).get(f"/api/users/{ALICE}/orders/")) == [third, first]

    def test_can_be_narrowed_to_a_status(self, alice, first, third):
        assert ids(alice.get(f"/api/users/{ALICE}/orders/", {"status": "pending"})) == [first]

    def test_is_empty_for_somebody_who_never_ordered(self, staff, first):
        assert ids(staff.get(f"/api/users/{MALLORY}/orders/")) == []

    def test_says_what_it_cannot_look_for(self, alice):
        assert set(alice.get(f"/api/users/{ALICE}/orders/", {"status": "lost"}).json()) == {"status"}

    @pytest.mark.security
    @pytest.mark.parametrize(
        ("who", "status", "code"),
        [
            ("nobody", 401, "NOT_AUTHENTICATED"),
            ("mallory", 403, "PERMISSION_DENIED"),
            ("service", 403, "PERMISSION_DENIED"),
        ],
    )
    def test_is_for_nobody_else(self, request, who, status, code):
        assert_problem(request.getfixturevalue(who).get(f"/api/users/{ALICE}/orders/"), status, code)

    @pytest.mark.parametrize("user_id", ["0", "-1", "alice", 2**63, "%00"])
    def test_needs_an_id(self, staff, user_id):
        assert_problem(staff.get(f"/api/users/{user_id}/orders/"), 404, "NOT_FOUND")


class TestOne:
    @pytest.mark.parametrize("who", ["alice", "staff"])
    def test_is_for_the_owner_and_the_staff(self, request, who, first):
        assert request.getfixturevalue(who).get(f"{ORDERS}{first}/").json()["id"] == first

    def test_asks_the_database_three_times(self, alice, first, django_assert_num_queries):
        with django_assert_num_queries(3):
            alice.get(f"{ORDERS}{first}/")

    @pytest.mark.security
    @pytest.mark.parametrize(
        ("who", "status", "code"),
        [
            ("nobody", 401, "NOT_AUTHENTICATED"),
            ("mallory", 404, "ORDER_NOT_FOUND"),
            ("service", 403, "PERMISSION_DENIED"),
        ],
    )
    def test_is_for_nobody_else(self, request, who, status, code, first):
        assert_problem(request.getfixturevalue(who).get(f"{ORDERS}{first}/"), status, code)

    @pytest.mark.security
    def test_anothers_looks_like_one_that_does_not_exist(self, mallory, first):
        anothers, none = mallory.get(f"{ORDERS}{first}/").json(), mallory.get(f"{ORDERS}{first + 1}/").json()

        assert anothers == none | {"detail": f"order {first} does not exist"}
