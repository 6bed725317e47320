import subprocess

import pytest

from tests.support import packages
from tests.support.errors import ServersUnavailable


@pytest.fixture
def policy(tmp_path, monkeypatch):
    """The path of the script that forbids starting services."""
    monkeypatch.setattr(packages, "POLICY", tmp_path / "policy-rc.d")
    return tmp_path / "policy-rc.d"


@pytest.fixture
def apt(policy, monkeypatch):
    """A fake apt-get: records its last argument, and whether starting services was forbidden."""
    asked = []

    def run(command, **_):
        asked.append((command[-1], policy.exists()))
        return subprocess.CompletedProcess(command, run.code, stdout="", stderr="E: Unable to locate package")

    run.code = 0
    monkeypatch.setattr(subprocess, "run", run)
    monkeypatch.setattr(packages.os, "geteuid", lambda: 0)
    monkeypatch.setattr(packages.shutil, "which", lambda _: "/usr/bin/apt-get")
    run.asked = asked
    return run


class TestInstall:
    def test_services_are_not_started_by_an_installation(self, apt, policy):
        packages.install({"Redis": "redis-server"}, say=print)

        assert apt.asked == [("--quiet", True), ("redis-server", True)]
        assert not policy.exists()

    def test_an_existing_policy_is_kept(self, apt, policy):
        policy.write_text("mine")

        packages.install({"Redis": "redis-server"}, say=print)

        assert policy.read_text() == "mine"

    def test_an_error_of_apt_is_shown(self, apt, policy):
        apt.code = 100

        with pytest.raises(ServersUnavailable, match="code 100:\nE: Unable to locate package"):
            packages.install({"Redis": "redis-server"}, say=print)

        assert not policy.exists()

    def test_without_root_the_error_names_the_choices(self, monkeypatch):
        monkeypatch.setattr(packages.os, "geteuid", lambda: 1000)

        with pytest.raises(ServersUnavailable) as caught:
            packages.install({"Redis": "redis-server", "RabbitMQ": "rabbitmq-server"}, say=print)

        assert "Not installed: RabbitMQ, Redis" in str(caught.value)
        assert "sudo apt-get install rabbitmq-server redis-server" in str(caught.value)
        assert "--infra docker" in str(caught.value)
        assert "TEST_POSTGRES_URL" in str(caught.value)
