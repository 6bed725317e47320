"""Everything that can be wrong with servers is an error within 10 s, and the text says what to do."""

import os
import re
import shutil
import socket
import subprocess
from threading import Event

import pytest

from tests.support import native
from tests.support.errors import ServersUnavailable
from tests.support.native import program
from tests.support.tests.integration.conftest import ROOT

pytestmark = pytest.mark.timeout(30)
TRUE = ["--", "true"]
CLOSED_PORT = "127.0.0.1:9"


def assert_refused(command, ended, *words):
    assert ended.returncode == 1, ended.stderr
    assert command.seconds < 10
    assert "No servers for the tests." in ended.stderr
    for word in words:
        assert word in ended.stderr


class TestServersOfTheEnvironment:
    def test_missing_addresses_are_listed(self, command):
        ended = command.up("--infra", "env", *TRUE)

        assert_refused(
            command, ended, "TEST_POSTGRES_URL=", "TEST_REDIS_URL=", "TEST_RABBITMQ_URL=", "TEST_MAIL_SMTP_URL="
        )

    @pytest.mark.parametrize(
        ("variable", "address"),
        [
            ("TEST_POSTGRES_URL", f"postgresql://shop:secret@{CLOSED_PORT}/postgres"),
            ("TEST_REDIS_URL", f"redis://{CLOSED_PORT}/0"),
            ("TEST_RABBITMQ_URL", f"amqp://shop:secret@{CLOSED_PORT}/"),
            ("TEST_MAIL_API_URL", f"http://{CLOSED_PORT}"),
        ],
    )
    def test_a_wrong_address_is_named_without_its_password(self, command, addresses, variable, address):
        ended = command.up("--infra", "env", *TRUE, **addresses | {variable: address})

        assert_refused(command, ended, CLOSED_PORT, "correct or unset that")
        assert "secret" not in ended.stderr

    def test_text_that_is_no_address_is_a_wrong_address(self, command, addresses):
        ended = command.up("--infra", "env", *TRUE, **addresses | {"TEST_REDIS_URL": "nonsense"})

        assert_refused(command, ended, "TEST_REDIS_URL")

    def test_an_old_server_is_an_error(self, command, addresses, answering):
        info = b"# Server\r\nredis_version:5.0.14\r\n"
        host, port = answering(socket.AF_INET, lambda asked: redis_5(asked, info))

        ended = command.up("--infra", "env", *TRUE, **addresses | {"TEST_REDIS_URL": f"redis://{host}:{port}/0"})

        assert_refused(command, ended, "Redis 5.0.14 is too old: the shop needs 6.2 or newer")

    def test_a_server_that_hangs_is_an_error(self, command, addresses, answering):
        host, port = answering(socket.AF_INET, silent)

        ended = command.up("--infra", "env", *TRUE, **addresses | {"TEST_REDIS_URL": f"redis://{host}:{port}/0"})

        assert_refused(command, ended, f"Redis at redis://{host}:{port}/0")


class TestDocker:
    def test_docker_that_does_not_run_is_an_error(self, command):
        ended = command.up("--infra", "docker", *TRUE)

        assert_refused(command, ended, "nothing listens at unix:///nowhere/docker.sock", "--infra native")

    @pytest.mark.parametrize("kind", ["docker", "auto"])
    def test_docker_that_does_not_answer_is_an_error(self, command, answering, kind):
        path = answering(socket.AF_UNIX, silent)

        ended = command.up("--infra", kind, *TRUE, DOCKER_HOST=f"unix://{path}")

        assert_refused(command, ended, "does not answer", "restart it, or choose --infra native")


class TestServerPrograms:
    def test_a_full_disk_is_an_error(self, command, tmp_path):
        """On a file system of 16 MB, in a mount namespace."""
        disk = tmp_path / "disk"
        disk.mkdir()
        line = " ".join(
            [
                f"mount -t tmpfs -o size=16m tmpfs {disk} &&",
                f"TMPDIR={disk}",
                *command._line(["--infra", "native", *TRUE]),
            ]
        )
        new_namespace = ["unshare", "--mount", *([] if os.geteuid() == 0 else ["--map-root-user"]), "sh", "-c", line]

        ended = subprocess.run(
            new_namespace, env=command.environment, cwd=ROOT, capture_output=True, text=True, check=False
        )

        assert ended.returncode == 1
        assert re.search(rf"{disk} has 1\d MB left, the servers need 400 MB", ended.stderr)
        assert "TMPDIR" in ended.stderr

    def test_taken_ports_are_an_error(self, tmp_path, monkeypatch):
        with socket.create_server(("127.0.0.1", 0)) as other:
            taken = other.getsockname()[1]
            monkeypatch.setattr(program, "free_port", lambda: taken)

            with pytest.raises(ServersUnavailable, match=f"port {taken} was taken, and 2 others before"):
                native.Redis(tmp_path).start(Event())

    def test_a_program_that_ends_at_once_is_an_error_with_its_log(self, tmp_path, monkeypatch):
        monkeypatch.setattr(native.Redis, "command", lambda _: ["redis-server", "--no-such-setting", "1"])

        with pytest.raises(ServersUnavailable, match=r"Redis ended with code 1:[\s\S]*no-such-setting"):
            native.Redis(tmp_path).start(Event())

    def test_a_program_that_is_not_installed_is_missing(self, tmp_path, monkeypatch):
        monkeypatch.setattr(shutil, "which", lambda _: None)

        assert native.missing_packages(["redis"]) == {"Redis": "redis-server"}


def silent(_):
    return b""


def redis_5(asked, info):
    """Answers INFO and not HELLO, as Redis 5 does."""
    commands = asked.count(b"*")
    if b"INFO" in asked:
        return b"+OK\r\n" * (commands - 1) + b"$%d\r\n%s\r\n" % (len(info), info)
    return b"-ERR unknown command\r\n" * commands
