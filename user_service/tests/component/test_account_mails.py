"""Mails that prove an address, the routes for their tokens, and the pages that their links lead to."""

import pytest
from django.contrib.auth.models import User
from django.core import mail

from servicekit.testing.client import ApiClient
from servicekit.testing.messages import deliver, wires
from user_service.celery_app import app
from user_service.services import SEND_ACCOUNT_MAIL
from user_service.tests.component.answers import assert_problem, assert_refuses_fields
from user_service.tests.factories import PASSWORD, account
from user_service.tests.links import token_in

pytestmark = [pytest.mark.django_db, pytest.mark.security]

VERIFY = "/api/auth/verify-email/"
RESET = "/api/auth/password-reset/"
CONFIRM = "/api/auth/password-reset/confirm/"
NEW_PASSWORD = "another horse 8"
FORM = "application/x-www-form-urlencoded"


def run_tasks():
    for wire in wires():
        if wire.headers["task"] == SEND_ACCOUNT_MAIL:
            deliver(app, wire)


def last_token():
    run_tasks()
    return token_in(mail.outbox[-1].body)


@pytest.fixture
def registered(nobody) -> User:
    return User.objects.get(pk=nobody.post("/api/users/", account()).json()["id"])


@pytest.fixture
def as_registered(calling, registered) -> ApiClient:
    return calling(registered)


@pytest.fixture
def proven(nobody, registered) -> User:
    assert nobody.post(VERIFY, {"token": last_token()}).status_code == 204
    return registered


def submit(client, page, **fields):
    body = "&".join(f"{name}={value}" for name, value in fields.items())
    return client.generic("POST", page, body, content_type=FORM)


class TestVerify:
    def test_the_link_of_the_mail_proves_the_address(self, nobody, as_registered, registered):
        before = as_registered.get(f"/api/users/{registered.pk}/").json()["email_verified"]

        answer = nobody.post(VERIFY, {"token": last_token()})

        assert (answer.status_code, answer.content) == (204, b"")
        after = as_registered.get(f"/api/users/{registered.pk}/").json()["email_verified"]
        assert (before, after) == (False, True)

    def test_another_token_is_400(self, nobody):
        assert_problem(nobody.post(VERIFY, {"token": "made up"}), 400, "MAIL_TOKEN_INVALID")

    def test_a_missing_token_is_400(self, nobody):
        assert_refuses_fields(nobody.post(VERIFY, {}), "token")

    def test_the_owner_can_have_the_link_sent_again(self, as_registered, registered):
        answer = as_registered.post(f"/api/users/{registered.pk}/verification-mail/", {})

        run_tasks()
        assert answer.status_code == 202
        assert [sent.to for sent in mail.outbox] == [["alice@shop.example"]] * 2

    def test_nobody_else_can(self, nobody, as_bob, as_service, registered):
        path = f"/api/users/{registered.pk}/verification-mail/"

        assert nobody.post(path, {}).status_code == 401
        assert [client.post(path, {}).status_code for client in (as_bob, as_service)] == [403, 403]


class TestPasswordReset:
    def test_the_link_of_the_mail_sets_the_password(self, nobody, proven):
        asked = nobody.post(RESET, {"email": "alice@shop.example"})
        done = nobody.post(CONFIRM, {"token": last_token(), "password": NEW_PASSWORD})

        assert (asked.status_code, done.status_code) == (202, 204)
        signed_in = nobody.post("/api/auth/login/", {"username": "alice", "password": NEW_PASSWORD})
        assert signed_in.status_code == 200

    def test_the_answer_does_not_tell_whether_an_address_is_known(self, nobody, proven):
        answers = [nobody.post(RESET, {"email": email}) for email in ("alice@shop.example", "unknown@shop.example")]

        assert [(answer.status_code, answer.content) for answer in answers] == [(202, b"")] * 2

    @pytest.mark.parametrize("email", ["", "nowhere", "alice@\u0130stanbul.example", None])
    def test_what_cannot_be_an_address_is_400(self, nobody, email):
        """Case is ignored for ASCII only: other letters can get longer in lower case."""
        assert_refuses_fields(nobody.post(RESET, {"email": email}), "email")

    def test_a_weak_password_is_400(self, nobody, proven):
        nobody.post(RESET, {"email": "alice@shop.example"})

        answer = nobody.post(CONFIRM, {"token": last_token(), "password": "password123"})

        assert_refuses_fields(answer, "password")

    def test_another_token_is_400(self, nobody):
        answer = nobody.post(CONFIRM, {"token": "made up", "password": NEW_PASSWORD})

        assert_problem(answer, 400, "MAIL_TOKEN_INVALID")


class TestPages:
    def test_opening_the_page_does_not_use_the_token(self, nobody, registered):
        token = last_token()
        page = nobody.get(f"/verify-email/?token={token}")

        assert page.status_code == 200
        assert f'value="{token}"' in page.content.decode()
        assert page["Referrer-Policy"] == "no-referrer"
        assert nobody.post(VERIFY, {"token": token}).status_code == 204

    def test_the_form_verifies_the_address(self, nobody, registered):
        answer = submit(nobody, "/verify-email/", token=last_token())

        assert (answer.status_code, "is confirmed" in answer.content.decode()) == (200, True)
        registered.profile.refresh_from_db()
        assert registered.profile.verified_email == "alice@shop.example"

    def test_the_form_sets_the_password(self, nobody, proven):
        nobody.post(RESET, {"email": "alice@shop.example"})
        token = last_token()

        weak = submit(nobody, "/reset-password/", token=token, password="password123")
        good = submit(nobody, "/reset-password/", token=token, password=NEW_PASSWORD)

        assert (weak.status_code, good.status_code) == (400, 200)
        assert f'value="{token}"' in weak.content.decode()
        proven.refresh_from_db()
        assert not proven.check_password(PASSWORD)

    @pytest.mark.parametrize("token", ["made-up", ""])
    def test_another_token_is_400(self, nobody, token):
        assert submit(nobody, "/verify-email/", token=token).status_code == 400

    def test_what_is_in_the_link_is_escaped(self, nobody):
        page = nobody.get("/verify-email/", {"token": '"><script>alert(1)</script>'})

        assert "<script>" not in page.content.decode()


class TestLimits:
    def test_requests_are_limited_by_address(self, nobody, settings):
        settings.THROTTLE_MAIL = "2/min"
        answers = [nobody.post(RESET, {"email": "alice@shop.example"}).status_code for _ in range(3)]

        assert answers == [202, 202, 429]
        assert nobody.post(VERIFY, {"token": "x"}).status_code == 429
        assert submit(nobody, "/verify-email/", token="x").status_code == 429
