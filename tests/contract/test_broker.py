"""Contracts through a broker, of which a stand-in speaks as much HTTP as we use."""

import json

import pytest

from scripts.shop import pact as command
from scripts.shop.pact import PactError, Version
from tests.contract.test_provider import COUNTER
from tests.contract.visitor import ask_for_name
from tests.support.contracts import broker
from tests.support.contracts.pacts import read_all
from tests.support.contracts.stand_in import Broker, Published, served

V1 = Version("1111111", "main")
NEXT = Version("2222222", "a-branch")

# The command line and the verifier are processes and servers of their own.
pytestmark = pytest.mark.timeout(60)


@pytest.fixture
def a_broker(monkeypatch):
    stand_in = Broker(token="an-example-token")
    with served(stand_in) as url:
        monkeypatch.setenv("PACT_BROKER_BASE_URL", url)
        monkeypatch.setenv("PACT_BROKER_TOKEN", "an-example-token")
        yield stand_in


class TestPublish:
    def test_hands_over_every_pact_of_the_consumer_with_version_and_branch(self, a_broker):
        assert command.publish("user_service", V1, "") == 0

        published = sorted((each.consumer, each.provider, each.version, each.branch) for each in a_broker.pacts)
        assert published == [
            ("user_service", "notification_service", "1111111", "main"),
            ("user_service", "order_service", "1111111", "main"),
        ]

    def test_is_red_when_the_broker_does_not_know_us(self, a_broker, monkeypatch):
        monkeypatch.setenv("PACT_BROKER_TOKEN", "a-wrong-token")

        assert command.publish("user_service", V1, "") != 0
        assert a_broker.pacts == []

    def test_is_red_when_there_is_no_broker(self, monkeypatch):
        monkeypatch.setenv("PACT_BROKER_BASE_URL", "http://127.0.0.1:9")

        assert command.publish("user_service", V1, "") != 0

    def test_is_an_error_when_there_is_nothing_to_publish(self, a_broker):
        with pytest.raises(PactError, match="gift_service is no consumer"):
            command.publish("gift_service", V1, "")


@pytest.mark.django_db(transaction=True)
class TestVerify:
    @pytest.fixture
    def published(self, a_broker, keep) -> Published:
        ask_for_name()
        [pact] = read_all(keep())
        a_broker.pacts.append(Published(json.loads(pact.text()), "1111111", "main"))
        return a_broker.pacts[0]

    def test_publishes_that_the_promise_is_kept(self, a_broker, published):
        verification = broker.verify(COUNTER, version="2222222", branch="a-branch")

        assert verification.passed
        assert verification.count == {"visitor": 1}
        assert published.results == {"2222222": True}
        assert a_broker.branches == [("counter", "a-branch", "2222222")]

    def test_a_broken_promise_is_red_and_published(self, published):
        published.results["an older version"] = True
        published.pact["interactions"][0]["response"]["status"] = 418

        verification = broker.verify(COUNTER, version="2222222", branch="a-branch")

        assert not verification.passed
        assert published.results["2222222"] is False
        assert broker.report(verification) == ["✗ visitor: ask for a name", "visitor: 1 interactions"]

    def test_what_nobody_ever_kept_is_pending_and_not_red(self, published):
        """Somebody's wish is not our fault; it is published as not fulfilled."""
        published.pact["interactions"][0]["response"]["status"] = 418

        verification = broker.verify(COUNTER, version="2222222", branch="a-branch")

        assert verification.passed
        assert published.results == {"2222222": False}
        assert broker.report(verification)[0] == "✗ visitor: ask for a name (pending)"

    def test_is_red_when_the_broker_does_not_take_the_results(self, a_broker, published):
        """Pact logs it, and passes."""
        a_broker.takes_results = False

        with pytest.raises(broker.NotPublished):
            broker.verify(COUNTER, version="2222222", branch="a-branch")

    def test_verifies_nothing_where_nothing_is_published(self, a_broker):
        verification = broker.verify(COUNTER, version="2222222", branch="a-branch")

        assert verification.count == {}


class TestTheWholeWay:
    def test_publish_then_verify_then_deploy(self, a_broker):
        """user_service may be deployed once both who hear of its changes keep their promises."""
        assert command.publish("user_service", V1, "") == 0
        pacts = {pact.provider: pact for pact in a_broker.pacts}
        pacts["order_service"].results["verified before"] = True
        assert command.can_i_deploy("user_service", V1, "production") == 1

        assert command.verify("notification_service", NEXT, "") == 0
        assert pacts["notification_service"].results == {"2222222": True}
        assert command.can_i_deploy("user_service", V1, "production") == 0

        assert command.deployed("user_service", V1, "production") == 0
        assert a_broker.deployed == [("user_service", "1111111", "production")]

    def test_verify_is_red_when_the_broker_has_nothing(self, a_broker, capfd):
        assert command.verify("notification_service", NEXT, "") == 1
        assert "no pact for the provider notification_service" in capfd.readouterr().err


class TestMain:
    def test_says_which_variable_is_missing(self, monkeypatch, capsys):
        monkeypatch.delenv("PACT_BROKER_BASE_URL", raising=False)

        assert command.main(["publish", "user_service"]) == 2
        assert "PACT_BROKER_BASE_URL" in capsys.readouterr().err
