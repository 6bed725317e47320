"""Rate limits: 429 with Retry-After."""

import pytest

from user_service.tests.component.answers import assert_problem
from user_service.tests.factories import PASSWORD, account

pytestmark = [pytest.mark.django_db, pytest.mark.security]

LOGIN = "/api/auth/login/"


def sign_in(client, username="alice", *, address="192.0.2.1", password=PASSWORD):
    return client.post(LOGIN, {"username": username, "password": password}, REMOTE_ADDR=address)


def assert_throttled(answer):
    assert_problem(answer, 429, "THROTTLED")
    assert 1 <= int(answer["Retry-After"]) <= 60


@pytest.fixture
def _two_a_minute(settings):
    settings.THROTTLE_LOGIN = settings.THROTTLE_REGISTER = "2/min"


@pytest.mark.usefixtures("_two_a_minute")
class TestLogin:
    def test_is_limited_by_address(self, nobody):
        """Against one guess for each of many accounts."""
        answers = [sign_in(nobody, name, password="guess").status_code for name in ("alice", "bob")]

        assert answers == [401, 401]
        assert_throttled(sign_in(nobody, "carol"))
        assert sign_in(nobody, "dave", address="192.0.2.2").status_code == 401

    def test_is_limited_by_user_name(self, nobody, alice):
        """Against many guesses for one account, each from another address."""
        answers = [sign_in(nobody, address=f"192.0.2.{n}", password="guess").status_code for n in (1, 2)]

        assert answers == [401, 401]

        assert_throttled(sign_in(nobody, "ALICE", address="192.0.2.3"))

    @pytest.mark.regression
    def test_spaces_around_a_user_name_do_not_give_more_sign_ins(self, nobody, alice):
        """Spaces around a name are ignored by the sign-in, so they must not give more guesses."""
        spellings = {"192.0.2.1": " alice", "192.0.2.2": "alice\t"}

        answers = [sign_in(nobody, name, address=at, password="guess").status_code for at, name in spellings.items()]

        assert answers == [401, 401]

        assert_throttled(sign_in(nobody, "alice", address="192.0.2.3"))

    def test_x_forwarded_for_of_the_caller_is_ignored(self, nobody):
        for n in range(2):
            sign_in(nobody, f"user{n}")

        answer = nobody.post(
            LOGIN, {"username": "carol", "password": "x"}, REMOTE_ADDR="192.0.2.1", HTTP_X_FORWARDED_FOR="1.1.1.1"
        )

        assert_throttled(answer)

    @pytest.mark.parametrize("username", [None, ["alice"], {"a": 1}, "x" * 10_000, 7])
    def test_malformed_user_names_are_counted_too(self, nobody, username):
        answers = [sign_in(nobody, username, address=f"192.0.2.{n}").status_code for n in range(3)]

        assert answers in ([400, 400, 429], [401, 401, 429])


@pytest.mark.usefixtures("_two_a_minute")
class TestRegister:
    def test_is_limited_by_address(self, nobody):
        answers = [nobody.post("/api/users/", account(username=name)).status_code for name in ("alice", "bob")]

        assert answers == [201, 400]
        assert_throttled(nobody.post("/api/users/", account(username="carol")))

    def test_the_list_is_not_limited(self, as_alice):
        assert [as_alice.get("/api/users/").status_code for _ in range(4)] == [200] * 4


@pytest.mark.usefixtures("_two_a_minute")
class TestPasswordChange:
    def test_is_limited_by_caller(self, as_alice, alice):
        """Against a stolen token that is used to guess the password."""
        guess = {"password": "another horse 8", "current_password": "guess"}
        answers = [as_alice.patch(f"/api/users/{alice.pk}/", guess).status_code for _ in range(2)]

        assert answers == [400, 400]
        assert_throttled(as_alice.patch(f"/api/users/{alice.pk}/", guess))

    def test_other_changes_are_not_limited(self, as_alice, alice):
        answers = [as_alice.patch(f"/api/users/{alice.pk}/", {"bio": str(n)}).status_code for n in range(4)]

        assert answers == [200] * 4
