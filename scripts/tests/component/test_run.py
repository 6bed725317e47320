"""scripts/run.sh before it starts anything."""

import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from scripts.shop import ports, run, running
from scripts.shop.project import SERVICES

HttpServer = Callable[[int, str], str]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("RUN_DIR", str(tmp_path))
    return tmp_path


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


class TestMain:
    def test_a_taken_port_is_named_with_its_variable_before_anything_starts(
        self, folder: Path, taken_port: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ):
        monkeypatch.setenv("ORDER_SERVICE_PORT", str(taken_port))

        assert run.main([]) == 1

        said = capsys.readouterr().err
        assert f"Port {taken_port} of order_service is taken by another program" in said
        assert "ORDER_SERVICE_PORT=" in said
        assert list(folder.iterdir()) == []

    def test_a_second_run_in_the_same_folder_says_that_the_shop_runs_already(
        self, folder: Path, free_ports: None, capsys: pytest.CaptureFixture[str]
    ):
        with run._only_run_in(folder):
            assert run.main([]) == 1

        assert f"The shop runs already in {folder}" in capsys.readouterr().err


class TestIsHealthy:
    def test_a_proxy_of_the_shell_is_not_asked(self, http_server: HttpServer, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")

        assert running.is_healthy(http_server(200, "ready"))

    def test_an_answer_of_503_is_not_healthy(self, http_server: HttpServer):
        assert not running.is_healthy(http_server(503, "not ready"))


@pytest.fixture
def free_ports(monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = ports.free(SERVICES)
    for service in SERVICES:
        monkeypatch.setenv(service.port_variable, str(chosen[service.name]))
