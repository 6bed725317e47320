"""`python -m order_service customers`: orders by telephone."""

import pytest
from django.core.management import CommandError, call_command

from servicekit.testing.http import fake_neighbours

USERS = "http://users.test/api/users/"
ALICE = {"id": 7, "username": "alice", "email": "alice@example.org", "bio": None, "something": "new"}
BOB = {"id": 8, "username": "bob", "email": "bob@example.org", "bio": "Rings twice"}


@pytest.fixture
def user_service():
    with fake_neighbours() as socket:
        socket.post("http://users.test/api/auth/service-token/", json={"access_token": "a-token", "expires_in": 300})
        yield socket


class TestFind:
    def test_prints_the_customers_of_every_page(self, user_service, capsys):
        user_service.get(f"{USERS}?search=b&page=1", json={"next": f"{USERS}?page=2", "results": [ALICE]})
        user_service.get(f"{USERS}?search=b&page=2", json={"next": None, "results": [BOB]})

        call_command("customers", "find", "b")

        assert capsys.readouterr().out.splitlines() == [
            "7 alice <alice@example.org>",
            "8 bob <bob@example.org>: Rings twice",
        ]

    @pytest.mark.parametrize(
        "answer",
        [
            {"status": 403, "json": {"code": "PERMISSION_DENIED"}},
            {"status": 503, "json": {}},
            {"json": {"items": []}},
            {"json": {"results": ["alice"], "next": None}},
            {"body": "<h1>hello</h1>"},
        ],
    )
    def test_an_unexpected_answer_is_an_error_that_names_user_service(self, user_service, answer):
        user_service.get(USERS, **answer)

        with pytest.raises(CommandError, match="user_service"):
            call_command("customers", "find", "b")


class TestRegister:
    def test_prints_the_password_that_was_sent(self, user_service, capsys):
        user_service.post(USERS, status=201, json=ALICE)

        call_command("customers", "register", "alice", "alice@example.org")

        printed = capsys.readouterr().out
        assert printed.startswith("7 alice <alice@example.org>, first password: ")
        assert printed.split()[-1] in user_service.calls[-1].request.body.decode()

    def test_a_refusal_is_an_error_with_the_reasons(self, user_service):
        user_service.post(USERS, status=400, json={"username": ["This name is taken."]})

        with pytest.raises(CommandError, match=r"username: .*taken"):
            call_command("customers", "register", "alice", "alice@example.org")

    def test_a_rate_limit_is_an_error_with_the_status(self, user_service):
        user_service.post(USERS, status=429, json={"code": "THROTTLED"})

        with pytest.raises(CommandError, match="429"):
            call_command("customers", "register", "alice", "alice@example.org")
