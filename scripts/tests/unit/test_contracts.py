"""After the consumers' tests pacts/ is updated, and the changes are named."""

from pathlib import Path

import pytest

from scripts.shop.contracts import PactFolders, with_providers
from scripts.shop.suites import Suite
from tests.support.contracts.pacts import Pact, write_all

READ = {
    "description": "read a user",
    "request": {"method": "GET", "path": "/users/7/"},
    "response": {"status": 200, "body": {"content": {"id": 7}}},
    "type": "Synchronous/HTTP",
}
LIST = {**READ, "description": "list users", "request": {"method": "GET", "path": "/users/"}}


@pytest.fixture
def folders(tmp_path: Path) -> PactFolders:
    """Two consumers, whose tests write the pacts that are committed."""
    folders = PactFolders(written=tmp_path / "written", kept=tmp_path / "pacts")
    for consumer in ("orders", "mails"):
        write(folders, Pact(consumer, "users", (READ,)))
    folders.update({"orders", "mails"})
    return folders


def write(folders: PactFolders, pact: Pact) -> None:
    write_all([pact], folders.written / pact.consumer / "a-test")


class TestUpdate:
    def test_pacts_that_did_not_change_are_green(self, folders: PactFolders):
        verdict = folders.update({"orders", "mails"})

        assert verdict.green
        assert verdict.passed == 2

    def test_a_new_interaction_is_red_named_and_written(self, folders: PactFolders):
        write(folders, Pact("orders", "users", (READ, LIST)))

        verdict = folders.update({"orders", "mails"})

        assert not verdict.green
        assert verdict.reasons == ("orders now relies on 'list users' of users",)
        assert "list users" in (folders.kept / "orders-users.json").read_text()
        assert "list users" in (folders.kept / "README.md").read_text()
        assert folders.update({"orders", "mails"}).green

    def test_a_pact_that_no_test_writes_any_more_is_removed(self, folders: PactFolders):
        folders.begin()
        write(folders, Pact("orders", "stock", (READ,)))

        verdict = folders.update({"orders"})

        assert "orders no longer relies on 'read a user' of users" in verdict.reasons
        assert not (folders.kept / "orders-users.json").exists()

    def test_pacts_of_other_consumers_stay(self, folders: PactFolders):
        """Their tests did not run, or are red."""
        folders.begin()
        write(folders, Pact("orders", "users", (READ,)))

        assert folders.update({"orders"}).green
        assert (folders.kept / "mails-users.json").exists()

    @pytest.mark.parametrize("name", ["orders-users.json", "README.md"])
    def test_a_file_changed_by_hand_is_red(self, folders: PactFolders, name: str):
        with (folders.kept / name).open("a") as file:
            file.write("\n")

        assert folders.update({"orders", "mails"}).reasons == (f"{name} was not written by the tests",)

    def test_two_tests_that_contradict_each_other_are_red(self, folders: PactFolders):
        another = {**READ, "response": {"status": 404}}
        write_all([Pact("orders", "users", (another,))], folders.written / "orders" / "another-test")

        verdict = folders.update({"orders"})

        assert "orders describe different interactions with users as 'read a user'" in verdict.complaints[0]

    def test_a_consumer_that_writes_no_pact_is_red(self, folders: PactFolders):
        folders.begin()

        assert not folders.update({"orders"}).green


class TestWithProviders:
    def test_a_consumer_adds_the_providers_of_its_pacts(self, folders: PactFolders):
        asks = Suite("contract", "orders", Path("a"), "consumer")
        users = Suite("contract", "users", Path("b"), "provider")
        stock = Suite("contract", "stock", Path("c"), "provider")

        assert with_providers([asks], [asks, users, stock], kept=folders.kept) == [asks, users]

    def test_another_layer_adds_no_provider(self, folders: PactFolders):
        unit = Suite("unit", "orders", Path("a"))

        assert with_providers([unit], [unit], kept=folders.kept) == [unit]
