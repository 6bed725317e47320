"""Between consumers and providers: pacts/ is brought up to date, and what changed is said."""

from pathlib import Path

import pytest

from scripts.shop.contracts import Exchange, with_concerned
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
def exchange(tmp_path: Path) -> Exchange:
    """Two consumers, whose pacts are kept, and written again by their tests."""
    exchange = Exchange(written=tmp_path / "written", kept=tmp_path / "pacts")
    for consumer in ("orders", "mails"):
        write(exchange, Pact(consumer, "users", (READ,)))
    exchange.renew({"orders", "mails"})
    return exchange


def write(exchange: Exchange, pact: Pact) -> None:
    write_all([pact], exchange.written / pact.consumer / "a-test")


class TestRenew:
    def test_is_green_when_the_tests_write_what_is_there(self, exchange: Exchange):
        verdict = exchange.renew({"orders", "mails"})

        assert verdict.green
        assert verdict.passed == 2

    def test_says_what_a_consumer_needs_now_and_writes_it(self, exchange: Exchange):
        write(exchange, Pact("orders", "users", (READ, LIST)))

        verdict = exchange.renew({"orders", "mails"})

        assert not verdict.green
        assert verdict.reasons == ("orders now relies on 'list users' of users",)
        assert "list users" in (exchange.kept / "orders-users.json").read_text()
        assert "list users" in (exchange.kept / "README.md").read_text()
        assert exchange.renew({"orders", "mails"}).green

    def test_removes_the_pact_of_who_needs_nothing_any_more(self, exchange: Exchange):
        exchange.begin()
        write(exchange, Pact("orders", "stock", (READ,)))

        verdict = exchange.renew({"orders"})

        assert "orders no longer relies on 'read a user' of users" in verdict.reasons
        assert not (exchange.kept / "orders-users.json").exists()

    def test_leaves_the_pacts_of_others_alone(self, exchange: Exchange):
        """Their tests did not run, or are red."""
        exchange.begin()
        write(exchange, Pact("orders", "users", (READ,)))

        assert exchange.renew({"orders"}).green
        assert (exchange.kept / "mails-users.json").exists()

    @pytest.mark.parametrize("name", ["orders-users.json", "README.md"])
    def test_is_red_when_somebody_wrote_by_hand(self, exchange: Exchange, name: str):
        with (exchange.kept / name).open("a") as file:
            file.write("\n")

        assert exchange.renew({"orders", "mails"}).reasons == (f"{name} was not written by the tests",)

    def test_is_red_when_two_tests_contradict_each_other(self, exchange: Exchange):
        another = {**READ, "response": {"status": 404}}
        write_all([Pact("orders", "users", (another,))], exchange.written / "orders" / "another-test")

        verdict = exchange.renew({"orders"})

        assert "orders call different things of users 'read a user'" in verdict.complaints[0]

    def test_is_red_when_a_consumer_wrote_nothing(self, exchange: Exchange):
        exchange.begin()

        assert not exchange.renew({"orders"}).green


class TestWithConcerned:
    def test_adds_the_providers_that_replay_the_pacts(self, exchange: Exchange):
        asks = Suite("contract", "orders", Path("a"), "consumer")
        users = Suite("contract", "users", Path("b"), "provider")
        stock = Suite("contract", "stock", Path("c"), "provider")

        assert with_concerned([asks], [asks, users, stock], kept=exchange.kept) == [asks, users]

    def test_adds_nothing_to_other_layers(self, exchange: Exchange):
        unit = Suite("unit", "orders", Path("a"))

        assert with_concerned([unit], [unit], kept=exchange.kept) == [unit]
