"""The demo against a shop that does not answer as it should."""

from collections.abc import Callable

import pytest

from scripts.shop import demo, ports
from scripts.shop.client import StepFailed
from scripts.shop.customer import Customer
from scripts.shop.mails import Mail
from scripts.shop.project import SERVICES

HttpServer = Callable[[int, str], str]


class FakeShop:
    """Services at given addresses, and logs that name the service."""

    def __init__(self, urls: dict[str, str]) -> None:
        self.urls = urls

    def log_ends(self, service: str) -> str:
        return f"the log of {service}"

    def mails_to(self, address: str) -> list[Mail]:
        return []

    def tick(self) -> None:
        pass


@pytest.fixture
def stopped_shop() -> FakeShop:
    return FakeShop({name: f"http://127.0.0.1:{port}" for name, port in ports.free(SERVICES).items()})


class TestDemo:
    def test_a_service_that_does_not_answer_fails_the_demo_and_shows_its_log_alone(
        self, stopped_shop: FakeShop, capsys: pytest.CaptureFixture[str]
    ):
        assert demo.run(stopped_shop) == 1

        said = capsys.readouterr().out
        assert said.startswith("✗ 1. registers: ")
        assert "the log of user_service" in said
        assert "the log of order_service" not in said

    def test_a_step_that_takes_too_long_fails(
        self, stopped_shop: FakeShop, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ):
        monkeypatch.setattr(demo, "STEP_SECONDS", -1.0)

        with pytest.raises(demo.DemoFailed), demo.Steps(stopped_shop).step("waits"):
            pass

        assert "more than -1 s" in capsys.readouterr().out

    def test_an_effect_that_never_comes_fails_its_step(
        self, stopped_shop: FakeShop, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ):
        monkeypatch.setattr(demo, "STEP_SECONDS", 0.0)
        steps = demo.Steps(stopped_shop)

        with pytest.raises(demo.DemoFailed), steps.step("waits"):
            steps.wait_until("confirmed", lambda: False)

        assert "not yet: confirmed" in capsys.readouterr().out


class TestCustomer:
    def test_a_step_with_an_unexpected_status_fails_with_request_and_answer(self, http_server: HttpServer):
        customer = Customer({"user_service": http_server(409, "taken")})

        with pytest.raises(StepFailed, match="POST /api/users/ answered 409, not 201: taken"):
            customer.registers()

    def test_a_proxy_of_the_shell_is_not_asked(self, http_server: HttpServer, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")

        with pytest.raises(StepFailed, match="409"):
            Customer({"user_service": http_server(409, "taken")}).registers()
