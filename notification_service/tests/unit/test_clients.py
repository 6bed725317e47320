"""Which answers of user_service are accepted, and how long they are cached."""

import pytest

from notification_service.clients import CachedUserDirectory, HttpUserDirectory
from notification_service.exceptions import UnknownUser
from notification_service.tests.factories import ContactFactory
from notification_service.tests.fakes import FakeCache, FakeNeighbour, FakeUserDirectory
from notification_service.tests.people import ALICE, UNKNOWN_USER
from servicekit.base.exceptions import NeighbourUnavailable

ALICE_AS_JSON = {
    "id": ALICE,
    "username": "alice",
    "email": "alice@example.org",
    "email_verified": True,
    "first_name": "Alice",
    "is_active": True,
    "a_new_field": "ignored",
}


class TestHttpUserDirectory:
    def test_reads_name_address_and_whether_active(self):
        neighbour = FakeNeighbour(200, ALICE_AS_JSON)

        assert HttpUserDirectory(neighbour).contact(ALICE) == ContactFactory()
        assert neighbour.paths == [f"/api/users/{ALICE}/"]

    @pytest.mark.parametrize("first_name", ["", "  ", None, 7])
    def test_uses_the_username_when_there_is_no_first_name(self, first_name):
        contact = HttpUserDirectory(FakeNeighbour(200, ALICE_AS_JSON | {"first_name": first_name})).contact(ALICE)

        assert contact.name == "alice"

    def test_a_404_with_the_code_user_not_found_is_an_unknown_user(self):
        with pytest.raises(UnknownUser):
            HttpUserDirectory(FakeNeighbour(404, {"code": "USER_NOT_FOUND"})).contact(UNKNOWN_USER)

    @pytest.mark.parametrize("body", ["<h1>Not Found</h1>", {}, {"code": "NOT_FOUND"}])
    def test_any_other_404_is_a_temporary_failure(self, body):
        with pytest.raises(NeighbourUnavailable):
            HttpUserDirectory(FakeNeighbour(404, body)).contact(UNKNOWN_USER)

    @pytest.mark.parametrize("status", [204, 302, 400, 401, 403, 429])
    def test_an_unexpected_status_is_a_temporary_failure(self, status):
        with pytest.raises(NeighbourUnavailable, match=f"answered {status}"):
            HttpUserDirectory(FakeNeighbour(status)).contact(ALICE)

    @pytest.mark.parametrize(
        "body",
        [
            "hello",
            {},
            ALICE_AS_JSON | {"id": UNKNOWN_USER},
            ALICE_AS_JSON | {"email": None},
            ALICE_AS_JSON | {"is_active": "yes"},
            ALICE_AS_JSON | {"email_verified": "yes"},
            {key: value for key, value in ALICE_AS_JSON.items() if key != "username"},
        ],
    )
    def test_an_unexpected_body_is_a_temporary_failure(self, body):
        with pytest.raises(NeighbourUnavailable):
            HttpUserDirectory(FakeNeighbour(200, body)).contact(ALICE)


class TestCachedUserDirectory:
    def test_looks_a_user_up_once(self):
        users = FakeUserDirectory(alice := ContactFactory())
        cached = CachedUserDirectory(users, FakeCache(), seconds=60)

        assert [cached.contact(ALICE), cached.contact(ALICE)] == [alice, alice]
        assert users.asked == [ALICE]

    def test_looks_a_user_up_again_after_a_change(self):
        users = FakeUserDirectory(ContactFactory())
        cached = CachedUserDirectory(users, FakeCache(), seconds=60)
        cached.contact(ALICE)

        cached.forget(ALICE)
        users.contacts[ALICE] = ContactFactory(email="new@example.org")

        assert cached.contact(ALICE).email == "new@example.org"

    def test_looks_a_user_up_again_after_a_change_when_the_cache_skips_writes(self):
        class SkippingCache(FakeCache):
            def set(self, *_):
                pass

        users = FakeUserDirectory(ContactFactory())
        cached = CachedUserDirectory(users, SkippingCache(), seconds=60)

        cached.contact(ALICE)
        cached.forget(ALICE)
        cached.contact(ALICE)

        assert users.asked == [ALICE, ALICE]

    def test_does_not_cache_the_answer_of_a_lookup_that_began_before_a_change(self):
        class ChangedDuringTheLookup(FakeUserDirectory):
            def contact(self, user_id):
                old = super().contact(user_id)
                self.contacts[user_id] = ContactFactory(email="new@example.org")
                cached.forget(user_id)
                return old

        cached = CachedUserDirectory(users := ChangedDuringTheLookup(ContactFactory()), FakeCache(), seconds=60)
        cached.contact(ALICE)
        cached.contact(ALICE)

        assert users.asked == [ALICE, ALICE]

    def test_does_not_cache_that_a_user_is_unknown(self):
        users = FakeUserDirectory()
        cached = CachedUserDirectory(users, FakeCache(), seconds=60)

        for _ in range(2):
            with pytest.raises(UnknownUser):
                cached.contact(UNKNOWN_USER)

        assert users.asked == [UNKNOWN_USER, UNKNOWN_USER]
