"""POST /api/user-updated/"""

import pytest
from celery.exceptions import Retry
from django.core import mail

from notification_service.celery_app import app
from notification_service.tests.component.queue import run_tasks
from notification_service.tests.factories import event
from notification_service.tests.people import ALICE, UNKNOWN_USER
from servicekit.testing.client import ApiClient
from servicekit.testing.messages import deliver

pytestmark = pytest.mark.django_db

ADDRESS = "/api/user-updated/"
BODY = {"user_id": ALICE, "changes": ["email"]}


class TestUserUpdated:
    def test_the_next_mail_goes_to_the_new_address(self, service, user_service):
        user_service.knows(email="old@example.org")
        deliver(app, event("order.placed"))
        run_tasks()

        user_service.knows(email="new@example.org")
        answer = service.post(ADDRESS, BODY)
        deliver(app, event("order.confirmed"))
        run_tasks()

        assert (answer.status_code, answer.json()) == (200, BODY)
        assert [sent.to for sent in mail.outbox] == [["old@example.org"], ["new@example.org"]]

    def test_an_unknown_user_is_200(self, service):
        assert service.post(ADDRESS, {"user_id": UNKNOWN_USER, "changes": []}).status_code == 200

    def test_unknown_fields_are_ignored(self, service):
        assert service.post(ADDRESS, BODY | {"since": "noon"}).status_code == 200


@pytest.mark.security
class TestVerification:
    def test_a_waiting_mail_is_sent_after_verification(self, user_service):
        user_service.knows(email_verified=False)
        deliver(app, event("order.placed"))
        with pytest.raises(Retry):
            run_tasks()
        before = list(mail.outbox)

        user_service.knows(email_verified=True)
        deliver(app, event("user.updated", changes=["email_verified"]))
        run_tasks()

        assert (before, [sent.to for sent in mail.outbox]) == ([], [["alice@example.org"]])


class TestRefused:
    def test_without_a_token_is_401(self, anonymous):
        assert anonymous.post(ADDRESS, BODY).status_code == 401

    @pytest.mark.parametrize("caller", ["alice", "staff"])
    def test_a_customer_or_staff_is_403(self, caller, request):
        answer = request.getfixturevalue(caller).post(ADDRESS, BODY)

        assert (answer.status_code, answer.json()["code"]) == (403, "PERMISSION_DENIED")

    def test_a_service_without_the_scope_is_403(self, mint):
        service = ApiClient.as_(mint.service("order_service", scopes=["users:read"]))

        assert service.post(ADDRESS, BODY).status_code == 403

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"user_id": None}, "user_id"),
            ({"user_id": "seven"}, "user_id"),
            ({"user_id": 0}, "user_id"),
            ({"user_id": -7}, "user_id"),
            ({"user_id": 7.5}, "user_id"),
            ({"user_id": [7]}, "user_id"),
            ({"user_id": {}}, "user_id"),
            ({"changes": None}, "changes"),
            ({"changes": "email"}, "changes"),
            ({"changes": [None]}, "changes"),
            ({"changes": [["email"]]}, "changes"),
            ({"changes": ["x" * 101]}, "changes"),
            ({"changes": ["x"] * 101}, "changes"),
        ],
    )
    def test_an_invalid_field_is_named(self, service, change, field):
        answer = service.post(ADDRESS, BODY | change)

        assert answer.status_code == 400
        assert list(answer.json()) == [field]

    @pytest.mark.parametrize("missing", ["user_id", "changes"])
    def test_a_missing_field_is_named(self, service, missing):
        answer = service.post(ADDRESS, {key: value for key, value in BODY.items() if key != missing})

        assert (answer.status_code, list(answer.json())) == (400, [missing])
