"""POST /api/user-updated/."""

import pytest

from order_service.tests.component.bodies import an_order, assert_problem
from order_service.tests.factories import ALICE
from servicekit.testing.client import ApiClient

pytestmark = pytest.mark.django_db
USER_UPDATED = "/api/user-updated/"
NEWS = {"user_id": ALICE, "changes": ["is_active"]}


class TestUserUpdated:
    def test_what_is_held_of_the_user_is_forgotten(self, service, alice, lamp, user_service):
        alice.post("/api/orders/", an_order((lamp, 1)))
        user_service.knows(ALICE, is_active=False)

        answer = service.post(USER_UPDATED, NEWS)

        assert (answer.status_code, answer.json()) == (200, NEWS)
        assert_problem(alice.post("/api/orders/", an_order((lamp, 1))), 409, "UNKNOWN_CUSTOMER")

    def test_somebody_of_whom_nothing_is_held_is_fine(self, service):
        assert service.post(USER_UPDATED, {"user_id": 4711, "changes": []}).status_code == 200

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("user_id", 0),
            ("user_id", "alice"),
            ("user_id", None),
            ("changes", "is_active"),
            ("changes", None),
            ("changes", [None]),
            ("changes", ["x" * 101]),
            ("changes", ["x"] * 101),
        ],
    )
    def test_says_which_field_is_wrong(self, service, field, value):
        answer = service.post(USER_UPDATED, NEWS | {field: value})

        assert (answer.status_code, set(answer.json())) == (400, {field})

    @pytest.mark.security
    @pytest.mark.parametrize(
        ("who", "status", "code"),
        [
            ("nobody", 401, "NOT_AUTHENTICATED"),
            ("alice", 403, "PERMISSION_DENIED"),
            ("staff", 403, "PERMISSION_DENIED"),
        ],
    )
    def test_is_for_services(self, request, who, status, code):
        assert_problem(request.getfixturevalue(who).post(USER_UPDATED, NEWS), status, code)

    @pytest.mark.security
    def test_is_for_services_that_may_say_so(self, mint):
        reader = ApiClient.as_(mint.service("notification_service", scopes=["users:read"]))

        assert_problem(reader.post(USER_UPDATED, NEWS), 403, "PERMISSION_DENIED")
