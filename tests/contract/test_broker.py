"""Contracts through a fake Pact broker."""

import json

import pytest

from scripts.shop import pact as command
from scripts.shop.pact import PactError, Version
from tests.contract.test_provider import COUNTER
from tests.contract.visitor import ask_for_name
from tests.support.contracts import broker
from tests.support.contracts.fake_broker import FakeBroker, Published
from tests.support.contracts.pacts import read_all

V1 = Version("1111111", "main")
NEXT = Version("2222222", "a-branch")

# pact's command line is a process, and the verifier serves the provider.
pytestmark = pytest.mark.timeout(60)


@pytest.fixture
def a_broker(monkeypatch):
    with FakeBroker(token="an-example-token") as fake:
        monkeypatch.setenv("PACT_BROKER_BASE_URL", fake.url)
        monkeypatch.setenv("PACT_BROKER_TOKEN", "an-example-token")
        yield fake


class TestPublish:
    def test_every_pact_of_the_consumer_is_published_with_version_and_branch(self, a_broker):
        assert command.publish("user_service", V1, "") == 0

        published = sorted((each.consumer, each.provider, each.version, each.branch) for each in a_broker.pacts)
        assert published == [
            ("user_service", "notification_service", "1111111", "main"),
            ("user_service", "order_service", "1111111", "main"),
        ]

    def test_a_wrong_token_fails(self, a_broker, monkeypatch):
        monkeypatch.setenv("PACT_BROKER_TOKEN", "a-wrong-token")

        assert command.publish("user_service", V1, "") != 0
        assert a_broker.pacts == []

    def test_a_broker_that_does_not_run_fails(self, monkeypatch):
        monkeypatch.setenv("PACT_BROKER_BASE_URL", "http://127.0.0.1:9")

        assert command.publish("user_service", V1, "") != 0

    def test_a_service_without_pacts_is_an_error(self, a_broker):
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

    def test_a_fulfilled_pact_is_published_as_success(self, a_broker, published):
        verification = broker.verify(COUNTER, version="2222222", branch="a-branch")

        assert verification.passed
        assert verification.count == {"visitor": 1}
        assert published.results == {"2222222": True}
        assert a_broker.branches == [("counter", "a-branch", "2222222")]

    def test_a_pact_that_is_not_fulfilled_any_more_fails_and_is_published(self, published):
        published.results["an older version"] = True
        published.pact["interactions"][0]["response"]["status"] = 418

        verification = broker.verify(COUNTER, version="2222222", branch="a-branch")

        assert not verification.passed
        assert published.results["2222222"] is False
        assert broker.report(verification) == ["✗ visitor: ask for a name", "visitor: 1 interactions"]

    def test_a_pact_that_was_never_fulfilled_is_pending_and_does_not_fail(self, published):
        published.pact["interactions"][0]["response"]["status"] = 418

        verification = broker.verify(COUNTER, version="2222222", branch="a-branch")

        assert verification.passed
        assert published.results == {"2222222": False}
        assert broker.report(verification)[0] == "✗ visitor: ask for a name (pending)"

    def test_results_that_the_broker_refuses_are_an_error(self, a_broker, published):
        """Pact only logs it."""
        a_broker.accepts_results = False

        with pytest.raises(broker.NotPublished):
            broker.verify(COUNTER, version="2222222", branch="a-branch")

    def test_without_pacts_nothing_is_verified(self, a_broker):
        verification = broker.verify(COUNTER, version="2222222", branch="a-branch")

        assert verification.count == {}


class TestDeployment:
    def test_a_consumer_may_be_deployed_once_its_providers_fulfil_its_pacts(self, a_broker):
        assert command.publish("user_service", V1, "") == 0
        pacts = {pact.provider: pact for pact in a_broker.pacts}
        pacts["order_service"].results["verified before"] = True
        assert command.can_i_deploy("user_service", V1, "production") == 1

        assert command.verify("notification_service", NEXT, "") == 0
        assert pacts["notification_service"].results == {"2222222": True}
        assert command.can_i_deploy("user_service", V1, "production") == 0

        assert command.deployed("user_service", V1, "production") == 0
        assert a_broker.deployed == [("user_service", "1111111", "production")]

    def test_verifying_fails_when_the_broker_has_no_pact(self, a_broker, capfd):
        assert command.verify("notification_service", NEXT, "") == 1
        assert "no pact for the provider notification_service" in capfd.readouterr().err


class TestMain:
    def test_a_missing_broker_url_is_an_error_that_names_the_variable(self, monkeypatch, capsys):
        monkeypatch.delenv("PACT_BROKER_BASE_URL", raising=False)

        assert command.main(["publish", "user_service"]) == 2
        assert "PACT_BROKER_BASE_URL" in capsys.readouterr().err
