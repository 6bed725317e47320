"""Rate limits: 429 with Retry-After."""

import pytest

from user_service.tests.component.answers import assert_problem
from user_service.tests.factories import PASSWORD, account

pytestmark = [pytest.mark.django_db, pytest.mark.security]

LOGIN = "/api/auth/login/"


def sign_in(client, username="alice", *, address="192.0.2.1", password=PASSWORD):
    return client.post(LOGIN, {"username": username, "password": password}, REMOTE_ADDR=address)


def change(client, user, body, *, address="192.0.2.1"):
    return client.patch(f"/api/users/{user.pk}/", body, REMOTE_ADDR=address)


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

    @pytest.mark.regression
    def test_does_not_look_up_a_name_that_postgresql_refuses(self, nobody, django_assert_num_queries):
        with django_assert_num_queries(0):
            assert sign_in(nobody, "al\0ice").status_code == 400


@pytest.mark.usefixtures("_two_a_minute")
class TestRegister:
    def test_is_limited_by_address(self, nobody):
        answers = [nobody.post("/api/users/", account(username=name)).status_code for name in ("alice", "bob")]

        assert answers == [201, 201]
        assert_throttled(nobody.post("/api/users/", account(username="carol")))

    def test_the_list_is_not_limited(self, as_alice):
        assert [as_alice.get("/api/users/").status_code for _ in range(4)] == [200] * 4


@pytest.mark.usefixtures("_two_a_minute")
class TestPasswordChange:
    """A stolen token is no way to try out passwords."""

    GUESSES = (
        {"password": "another horse 8", "current_password": "guess"},
        {"current_password": "guess"},
        {"email": "al@shop.example", "current_password": "guess"},
    )

    @pytest.mark.parametrize("guess", GUESSES)
    def test_is_limited_by_account(self, as_alice, alice, guess):
        """From many addresses."""
        answers = [change(as_alice, alice, guess, address=f"192.0.2.{n}").status_code for n in range(2)]

        assert answers == [400, 400]
        assert_throttled(change(as_alice, alice, guess, address="192.0.2.3"))

    def test_is_limited_by_address(self, as_alice, alice, as_bob, bob, nobody):
        """For many accounts."""
        change(as_alice, alice, {"current_password": "guess"})
        change(as_bob, bob, {"current_password": "guess"})

        assert_throttled(sign_in(nobody, "carol"))

    def test_shares_the_count_of_the_account_with_the_sign_in(self, as_alice, alice, nobody):
        sign_in(nobody, "Alice ", address="192.0.2.2", password="guess")
        change(as_alice, alice, {"current_password": "guess"}, address="192.0.2.3")

        assert_throttled(sign_in(nobody, "alice", address="192.0.2.4"))

    def test_of_others_does_not_use_up_the_count_of_the_account(self, as_bob, alice, nobody):
        answers = [
            change(as_bob, alice, {"current_password": "guess"}, address=f"192.0.2.{n}").status_code for n in (2, 3, 4)
        ]

        assert answers == [403, 403, 403]
        assert sign_in(nobody, address="192.0.2.5").status_code == 200

    def test_other_changes_are_not_limited(self, as_alice, alice):
        answers = [as_alice.patch(f"/api/users/{alice.pk}/", {"bio": str(n)}).status_code for n in range(4)]

        assert answers == [200] * 4


class TestKnownAddress:
    @pytest.fixture(autouse=True)
    def _guessed(self, _two_a_minute, nobody, alice):
        """Alice has signed in from one address, and a stranger has used up the count of her account."""
        assert sign_in(nobody, address="192.0.2.1").status_code == 200
        for n in (2, 3, 4):
            sign_in(nobody, address=f"192.0.2.{n}", password="guess")

    def test_the_owner_signs_in_from_a_known_address_while_a_stranger_guesses(self, nobody):
        assert sign_in(nobody, "ALICE", address="192.0.2.1").status_code == 200

    def test_an_unknown_address_waits(self, nobody):
        assert_throttled(sign_in(nobody, address="192.0.2.5"))

    def test_an_address_known_to_another_account_waits(self, nobody, bob):
        sign_in(nobody, "bob", address="192.0.2.6")

        assert_throttled(sign_in(nobody, address="192.0.2.6"))

    def test_a_known_address_is_limited_too(self, nobody):
        sign_in(nobody, address="192.0.2.1")

        assert_throttled(sign_in(nobody, address="192.0.2.1"))
