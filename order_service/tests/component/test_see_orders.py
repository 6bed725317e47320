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
    def test_customers_get_their_own_orders_newest_first(self, alice, first, third):
        assert ids(alice.get(ORDERS)) == [third, first]

    def test_staff_get_the_orders_of_all_users(self, staff, first, second, third):
        assert ids(staff.get(ORDERS)) == [third, second, first]

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ({"status": "confirmed"}, ["second"]),
            ({"status": "cancelled"}, []),
            ({"status": ""}, ["third", "second", "first"]),
        ],
    )
    def test_status_selects_orders(self, request, staff, third, query, found):
        assert ids(staff.get(ORDERS, query)) == [request.getfixturevalue(name) for name in found]

    def test_before_id_selects_older_orders(self, staff, first, second, third):
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
    def test_an_invalid_filter_is_400_and_named(self, alice, name, value):
        answer = alice.get(ORDERS, {name: value})

        assert (answer.status_code, set(answer.json())) == (400, {name})

    def test_twenty_orders_cost_four_queries(self, alice, django_assert_num_queries):
        """Revocation, count, orders, lines."""
        OrderFactory.create_batch(20, user_id=ALICE)

        with django_assert_num_queries(4):
            assert len(ids(alice.get(ORDERS))) == 20

    def test_the_count_stops_at_its_maximum(self, alice, monkeypatch):
        monkeypatch.setattr(pagination, "MAX_COUNT", 2)
        OrderFactory.create_batch(3, user_id=ALICE)

        assert alice.get(ORDERS).json()["count"] == 2

    @pytest.mark.security
    @pytest.mark.parametrize(
        ("who", "status", "code"),
        [("nobody", 401, "NOT_AUTHENTICATED"), ("service", 403, "PERMISSION_DENIED")],
    )
    def test_callers_without_a_user_token_are_refused(self, request, who, status, code):
        assert_problem(request.getfixturevalue(who).get(ORDERS), status, code)

    def test_a_page_beyond_the_last_is_404(self, alice):
        assert_problem(alice.get(ORDERS, {"page": 2}), 404, "NOT_FOUND")


class TestListOfOneUser:
    @pytest.mark.parametrize("who", ["alice", "staff"])
    def test_the_owner_and_staff_get_the_orders(self, request, who, first, second, third):
        assert ids(request.getfixturevalue(who).get(f"/api/users/{ALICE}/orders/")) == [third, first]

    def test_status_selects_orders(self, alice, first, third):
        assert ids(alice.get(f"/api/users/{ALICE}/orders/", {"status": "pending"})) == [first]

    def test_a_user_without_orders_gets_an_empty_page(self, staff, first):
        assert ids(staff.get(f"/api/users/{MALLORY}/orders/")) == []

    def test_an_invalid_filter_is_400_and_named(self, alice):
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
    def test_other_callers_are_refused(self, request, who, status, code):
        assert_problem(request.getfixturevalue(who).get(f"/api/users/{ALICE}/orders/"), status, code)

    @pytest.mark.parametrize("user_id", ["0", "-1", "alice", 2**63, "%00"])
    def test_a_malformed_user_id_is_404(self, staff, user_id):
        assert_problem(staff.get(f"/api/users/{user_id}/orders/"), 404, "NOT_FOUND")


class TestRetrieve:
    @pytest.mark.parametrize("who", ["alice", "staff"])
    def test_the_owner_and_staff_get_the_order(self, request, who, first):
        assert request.getfixturevalue(who).get(f"{ORDERS}{first}/").json()["id"] == first

    def test_an_order_costs_two_queries(self, alice, first, django_assert_num_queries):
        """Revocation, order with lines."""
        with django_assert_num_queries(2):
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
    def test_other_callers_are_refused(self, request, who, status, code, first):
        assert_problem(request.getfixturevalue(who).get(f"{ORDERS}{first}/"), status, code)

    @pytest.mark.security
    def test_another_customers_order_is_answered_like_an_unknown_one(self, mallory, first):
        of_another, unknown = mallory.get(f"{ORDERS}{first}/").json(), mallory.get(f"{ORDERS}{first + 1}/").json()

        assert of_another == unknown | {"detail": f"order {first} does not exist"}
