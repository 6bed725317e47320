"""user_service's answers, understood or refused."""

import pytest

from notification_service.clients import RememberingUserDirectory, UserService
from notification_service.exceptions import UnknownUser
from notification_service.tests.factories import ContactFactory
from notification_service.tests.fakes import FakeCache, FakeNeighbour, FakeUserDirectory
from notification_service.tests.people import ALICE, STRANGER
from servicekit.base.exceptions import NeighbourUnavailable

ALICE_AS_JSON = {
    "id": ALICE,
    "username": "alice",
    "email": "alice@example.org",
    "first_name": "Alice",
    "is_active": True,
    "something": "new",
}


class TestUserService:
    def test_gives_name_address_and_whether_active(self):
        neighbour = FakeNeighbour(200, ALICE_AS_JSON)

        assert UserService(neighbour).contact(ALICE) == ContactFactory()
        assert neighbour.paths == [f"/api/users/{ALICE}/"]

    @pytest.mark.parametrize("first_name", ["", "  ", None, 7])
    def test_calls_people_by_username_where_there_is_no_first_name(self, first_name):
        contact = UserService(FakeNeighbour(200, ALICE_AS_JSON | {"first_name": first_name})).contact(ALICE)

        assert contact.name == "alice"

    def test_nobody_has_this_id(self):
        with pytest.raises(UnknownUser):
            UserService(FakeNeighbour(404, {"code": "USER_NOT_FOUND"})).contact(STRANGER)

    @pytest.mark.parametrize("body", ["<h1>Not Found</h1>", {}, {"code": "NOT_FOUND"}])
    def test_a_route_that_moved_says_nothing_about_the_user(self, body):
        with pytest.raises(NeighbourUnavailable):
            UserService(FakeNeighbour(404, body)).contact(STRANGER)

    @pytest.mark.parametrize("status", [204, 302, 400, 401, 403, 429])
    def test_an_answer_that_should_not_be_is_worth_another_try(self, status):
        with pytest.raises(NeighbourUnavailable, match=f"answered {status}"):
            UserService(FakeNeighbour(status)).contact(ALICE)

    @pytest.mark.parametrize(
        "body",
        [
            "hello",
            {},
            ALICE_AS_JSON | {"id": STRANGER},
            ALICE_AS_JSON | {"email": None},
            ALICE_AS_JSON | {"is_active": "yes"},
            {key: value for key, value in ALICE_AS_JSON.items() if key != "username"},
        ],
    )
    def test_nonsense_is_worth_another_try(self, body):
        with pytest.raises(NeighbourUnavailable):
            UserService(FakeNeighbour(200, body)).contact(ALICE)


class TestRememberingUserDirectory:
    def test_asks_once(self):
        users = FakeUserDirectory(alice := ContactFactory())
        remembering = RememberingUserDirectory(users, FakeCache(), seconds=60)

        assert [remembering.contact(ALICE), remembering.contact(ALICE)] == [alice, alice]
        assert users.asked == [ALICE]

    def test_asks_anew_after_a_change(self):
        users = FakeUserDirectory(ContactFactory())
        remembering = RememberingUserDirectory(users, FakeCache(), seconds=60)
        remembering.contact(ALICE)

        remembering.forget(ALICE)
        users.contacts[ALICE] = ContactFactory(email="new@example.org")

        assert remembering.contact(ALICE).email == "new@example.org"

    def test_asks_anew_after_a_change_that_a_resting_cache_cannot_note(self):
        class RestingCache(FakeCache):
            def set(self, *_):
                pass

        users = FakeUserDirectory(ContactFactory())
        remembering = RememberingUserDirectory(users, RestingCache(), seconds=60)

        remembering.contact(ALICE)
        remembering.forget(ALICE)
        remembering.contact(ALICE)

        assert users.asked == [ALICE, ALICE]

    def test_does_not_remember_an_answer_older_than_the_change(self):
        """The lookup was on its way when the address changed."""
        cache = FakeCache()

        class ChangedMeanwhile(FakeUserDirectory):
            def contact(self, user_id):
                remembering.forget(user_id)
                return super().contact(user_id)

        remembering = RememberingUserDirectory(ChangedMeanwhile(ContactFactory()), cache, seconds=60)
        remembering.contact(ALICE)

        assert ContactFactory() not in cache.kept.values()

    def test_remembers_nobody_who_is_unknown(self):
        users = FakeUserDirectory()
        remembering = RememberingUserDirectory(users, FakeCache(), seconds=60)

        for _ in range(2):
            with pytest.raises(UnknownUser):
                remembering.contact(STRANGER)

        assert users.asked == [STRANGER, STRANGER]
