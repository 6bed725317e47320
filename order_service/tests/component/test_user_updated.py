"""POST /api/user-updated/."""

import pytest

from order_service.tests.component.bodies import an_order, assert_problem
from order_service.tests.factories import ALICE
from servicekit.testing.client import ApiClient

pytestmark = pytest.mark.django_db
USER_UPDATED = "/api/user-updated/"
UPDATE = {"user_id": ALICE, "changes": ["is_active"]}


class TestUserUpdated:
    def test_a_deactivated_customer_cannot_order_any_more(self, service, alice, lamp, user_service):
        alice.post("/api/orders/", an_order((lamp, 1)))
        user_service.knows(ALICE, is_active=False)

        answer = service.post(USER_UPDATED, UPDATE)

        assert (answer.status_code, answer.json()) == (200, UPDATE)
        assert_problem(alice.post("/api/orders/", an_order((lamp, 1))), 409, "UNKNOWN_CUSTOMER")

    def test_an_unknown_user_is_200(self, service):
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
    def test_an_invalid_field_is_400(self, service, field, value):
        answer = service.post(USER_UPDATED, UPDATE | {field: value})

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
    def test_only_services_may_call_it(self, request, who, status, code):
        assert_problem(request.getfixturevalue(who).post(USER_UPDATED, UPDATE), status, code)

    @pytest.mark.security
    def test_a_service_without_the_scope_is_403(self, mint):
        reader = ApiClient.as_(mint.service("notification_service", scopes=["users:read"]))

        assert_problem(reader.post(USER_UPDATED, UPDATE), 403, "PERMISSION_DENIED")
