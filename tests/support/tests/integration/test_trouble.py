"""What can be wrong with servers: each within 10 s, in words that say what to do, and never a green run."""

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
NOBODY_LISTENS = "127.0.0.1:9"


def assert_refused(command, ended, *words):
    assert ended.returncode == 1, ended.stderr
    assert command.seconds < 10
    assert "No servers for the tests." in ended.stderr
    for word in words:
        assert word in ended.stderr


class TestServersOfTheEnvironment:
    def test_missing_ones_are_named(self, command):
        ended = command.up("--infra", "env", *TRUE)

        assert_refused(
            command, ended, "TEST_POSTGRES_URL=", "TEST_REDIS_URL=", "TEST_RABBITMQ_URL=", "TEST_MAIL_SMTP_URL="
        )

    @pytest.mark.parametrize(
        ("variable", "address"),
        [
            ("TEST_POSTGRES_URL", f"postgresql://shop:secret@{NOBODY_LISTENS}/postgres"),
            ("TEST_REDIS_URL", f"redis://{NOBODY_LISTENS}/0"),
            ("TEST_RABBITMQ_URL", f"amqp://shop:secret@{NOBODY_LISTENS}/"),
            ("TEST_MAIL_API_URL", f"http://{NOBODY_LISTENS}"),
        ],
    )
    def test_a_wrong_address_is_named_without_its_password(self, command, given, variable, address):
        ended = command.up("--infra", "env", *TRUE, **given | {variable: address})

        assert_refused(command, ended, NOBODY_LISTENS, "correct or unset that")
        assert "secret" not in ended.stderr

    def test_nonsense_for_an_address_is_a_wrong_address(self, command, given):
        ended = command.up("--infra", "env", *TRUE, **given | {"TEST_REDIS_URL": "nonsense"})

        assert_refused(command, ended, "TEST_REDIS_URL")

    def test_an_old_server_is_refused(self, command, given, answering):
        info = b"# Server\r\nredis_version:5.0.14\r\n"
        host, port = answering(socket.AF_INET, lambda asked: redis_5(asked, info))

        ended = command.up("--infra", "env", *TRUE, **given | {"TEST_REDIS_URL": f"redis://{host}:{port}/0"})

        assert_refused(command, ended, "Redis 5.0.14 is too old: the shop needs 6.2 or newer")

    def test_a_server_that_hangs_is_given_up(self, command, given, answering):
        host, port = answering(socket.AF_INET, swallow)

        ended = command.up("--infra", "env", *TRUE, **given | {"TEST_REDIS_URL": f"redis://{host}:{port}/0"})

        assert_refused(command, ended, f"Redis at redis://{host}:{port}/0")


class TestDocker:
    def test_that_is_not_there(self, command):
        ended = command.up("--infra", "docker", *TRUE)

        assert_refused(command, ended, "nothing listens at unix:///nowhere/docker.sock", "--infra native")

    @pytest.mark.parametrize("kind", ["docker", "auto"])
    def test_that_does_not_answer_is_not_passed_over(self, command, answering, kind):
        path = answering(socket.AF_UNIX, swallow)

        ended = command.up("--infra", kind, *TRUE, DOCKER_HOST=f"unix://{path}")

        assert_refused(command, ended, "does not answer", "restart it, or choose --infra native")


class TestServerPrograms:
    def test_need_room_on_the_disk(self, command, tmp_path):
        """On a real file system of 16 MB, in a mount namespace of this test's own."""
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

    def test_say_when_every_port_they_try_is_taken(self, tmp_path, monkeypatch):
        with socket.create_server(("127.0.0.1", 0)) as somebody:
            taken = somebody.getsockname()[1]
            monkeypatch.setattr(program, "free_port", lambda: taken)

            with pytest.raises(ServersUnavailable, match=f"port {taken} was taken, and 2 others before"):
                native.Redis(tmp_path).start(Event())

    def test_that_end_at_once_show_their_log(self, tmp_path, monkeypatch):
        monkeypatch.setattr(native.Redis, "command", lambda _: ["redis-server", "--no-such-setting", "1"])

        with pytest.raises(ServersUnavailable, match=r"Redis ended with code 1:[\s\S]*no-such-setting"):
            native.Redis(tmp_path).start(Event())

    def test_that_are_not_installed_are_found_missing(self, tmp_path, monkeypatch):
        monkeypatch.setattr(shutil, "which", lambda _: None)

        assert native.missing_packages(["redis"]) == {"Redis": "redis-server"}


def swallow(_):
    return b""


def redis_5(asked, info):
    """Knows no HELLO, as Redis 5 did not; answers INFO."""
    commands = asked.count(b"*")
    if b"INFO" in asked:
        return b"+OK\r\n" * (commands - 1) + b"$%d\r\n%s\r\n" % (len(info), info)
    return b"-ERR unknown command\r\n" * commands
