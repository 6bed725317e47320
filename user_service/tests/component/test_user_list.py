"""GET /api/users/"""

import pytest

from user_service.tests.component.answers import assert_problem, assert_refuses_fields
from user_service.tests.factories import UserFactory, UserProfileFactory

pytestmark = pytest.mark.django_db

USERS = "/api/users/"


def names(answer):
    assert answer.status_code == 200, answer.content
    return [user["username"] for user in answer.json()["results"]]


class TestPages:
    def test_are_in_the_order_of_ids(self, as_alice):
        UserFactory.create_batch(24)

        first = as_alice.get(USERS).json()
        second = as_alice.get(first["next"]).json()

        assert (first["count"], first["previous"], second["next"]) == (25, None, None)
        ids = [user["id"] for page in (first, second) for user in page["results"]]
        assert (len(ids), ids) == (25, sorted(ids))
        assert len(first["results"]) == 20

    @pytest.mark.parametrize(("requested", "given"), [("1", 1), ("100", 100), ("101", 100), ("0", 20), ("x", 20)])
    def test_have_the_requested_size_up_to_100(self, as_alice, requested, given):
        UserFactory.create_batch(110, password="!")

        assert len(names(as_alice.get(USERS, {"page_size": requested}))) == given

    @pytest.mark.parametrize("page", ["2", "0", "-1", "x", "9" * 5000])
    def test_a_page_that_does_not_exist_is_404(self, as_alice, page):
        assert_problem(as_alice.get(USERS, {"page": page}), 404, "NOT_FOUND")

    def test_need_a_fixed_number_of_queries(self, as_alice, django_assert_max_num_queries):
        for _ in range(10):
            UserProfileFactory()

        with django_assert_max_num_queries(4):
            as_alice.get(USERS)


class TestFilters:
    @pytest.mark.parametrize("start", ["al", "AL", "alice"])
    def test_by_the_start_of_a_user_name(self, as_alice, start):
        UserFactory(username="malice")

        assert names(as_alice.get(USERS, {"username__startswith": start})) == ["alice"]

    @pytest.mark.parametrize("text", ["bob", "OB", "Rober", "Marl"])
    def test_by_any_part_of_a_name(self, as_alice, text):
        UserFactory(username="bob", first_name="Robert", last_name="Marley")

        assert names(as_alice.get(USERS, {"search": text})) == ["bob"]

    @pytest.mark.parametrize("text", ["%", "_", "'; DROP TABLE auth_user; --", "\\"])
    def test_wildcards_and_quotes_are_plain_characters(self, as_alice, text):
        assert names(as_alice.get(USERS, {"search": text})) == []

    @pytest.mark.security
    def test_customers_cannot_search_for_addresses(self, as_alice, as_staff, as_service):
        """Otherwise an address could be guessed, letter by letter."""
        UserFactory(username="bob", email="secret@shop.example")

        assert names(as_alice.get(USERS, {"search": "secret@"})) == []
        assert names(as_staff.get(USERS, {"search": "secret@"})) == ["bob"]
        assert names(as_service.get(USERS, {"search": "secret@"})) == ["bob"]

    @pytest.mark.parametrize("name", ["search", "username__startswith"])
    @pytest.mark.parametrize("text", ["a\0b", "x" * 151])
    def test_an_invalid_text_is_400(self, as_alice, name, text):
        assert_refuses_fields(as_alice.get(USERS, {name: text}), name)


@pytest.mark.security
class TestFields:
    def test_customers_get_no_personal_data(self, as_alice, bob):
        users = as_alice.get(USERS).json()["results"]

        assert [set(user) for user in users] == [
            {"id", "username", "first_name", "last_name", "is_active", "created_at", "bio"}
        ] * 2

    @pytest.mark.parametrize("caller", ["as_staff", "as_service"])
    def test_staff_and_services_get_all_fields(self, request, caller, alice):
        [user] = request.getfixturevalue(caller).get(USERS, {"username__startswith": "alice"}).json()["results"]

        assert (user["email"], user["birth_date"], user["phone_number"]) == (
            "alice@shop.example",
            "1990-05-17",
            "+493012345678",
        )

    def test_without_a_token_is_401(self, nobody):
        assert_problem(nobody.get(USERS), 401, "NOT_AUTHENTICATED")

    def test_a_service_without_the_scope_is_403(self, as_service_without_scope):
        assert_problem(as_service_without_scope.get(USERS), 403, "PERMISSION_DENIED")
