"""`python -m tests.support up`: servers while a command runs."""

import os
import signal
import socket
from urllib.parse import urlsplit

import pytest
from redis import Redis

from servicekit.testing import eventually
from tests.support.addresses import Servers

SAY_REDIS = ["--", "sh", "-c", 'echo "$TEST_REDIS_URL"; exec tail -f /dev/null']


def is_gone(url):
    where = urlsplit(url)
    with socket.socket() as client:
        return client.connect_ex((where.hostname, where.port)) != 0


@pytest.fixture
def all_but_redis(addresses):
    """Only Redis must be started, which keeps these tests short."""
    return {name: address for name, address in addresses.items() if name != "TEST_REDIS_URL"}


@pytest.mark.timeout(30)
class TestUp:
    def test_the_command_has_the_addresses_and_its_exit_code_is_returned(self, command, addresses):
        ended = command.up(
            "--infra", "env", "--", "sh", "-c", 'echo "$TEST_INFRA $TEST_REDIS_URL"; exit 7', **addresses
        )

        assert (ended.returncode, ended.stdout) == (7, f"env {addresses['TEST_REDIS_URL']}\n")
        assert "PostgreSQL" in ended.stderr
        assert "servers ready after" in ended.stderr

    def test_a_server_that_the_environment_does_not_name_is_started_and_ended(self, command, all_but_redis):
        ended = command.up("--", "sh", "-c", 'echo "$TEST_REDIS_URL"', **all_but_redis)

        assert ended.returncode == 0, ended.stderr
        assert is_gone(ended.stdout.strip())

    @pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
    def test_servers_end_after_any_signal(self, command, all_but_redis, number):
        with command.start(*SAY_REDIS, **all_but_redis) as process:
            address = process.stdout.readline().strip()
            with Redis.from_url(address) as redis:
                assert redis.ping()

            group = os.getpgid(process.pid)
            os.kill(process.pid, number)
            if number == signal.SIGINT:  # a terminal sends it to the command too
                os.kill(next(iter(children_of(process.pid))), number)

            eventually(lambda: is_gone(address), within=10)
        assert group == os.getpgrp()
        assert process.returncode != 0

    def test_an_unknown_command_is_an_error(self, command, addresses):
        ended = command.up("--infra", "env", "--", "no-such-command", **addresses)

        assert ended.returncode == 127
        assert "cannot run no-such-command" in ended.stderr


def children_of(pid):
    with open(f"/proc/{pid}/task/{pid}/children") as file:  # noqa: PTH123
        return [int(child) for child in file.read().split()]


def test_every_server_answers(servers):
    """Of any kind."""
    assert isinstance(servers, Servers)
    assert not any(is_gone(address) for address in servers.to_environment().values())
