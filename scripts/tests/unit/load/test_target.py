"""Load goes to this machine."""

import pytest

from scripts.shop.errors import CannotRun
from scripts.shop.load.own_processes import GENERATOR, name_of
from scripts.shop.load.target import refuse_strangers


class TestRefuseStrangers:
    @pytest.mark.parametrize("url", ["http://127.0.0.1:8080", "http://127.8.9.10", "http://[::1]:8080"])
    def test_takes_this_machine(self, url: str):
        refuse_strangers(url)

    @pytest.mark.parametrize(
        "url", ["http://192.0.2.1:8080", "http://10.0.0.5", "http://[2001:db8::1]", "http://0.0.0.0"]
    )
    def test_refuses_any_other_address(self, url: str):
        with pytest.raises(CannotRun, match="is not this machine"):
            refuse_strangers(url)

    def test_takes_the_host_that_was_named_for_it(self):
        refuse_strangers("http://192.0.2.1:8080", allowed_host="192.0.2.1")

    def test_refuses_another_host_than_the_one_named(self):
        with pytest.raises(CannotRun, match="is not this machine"):
            refuse_strangers("http://192.0.2.1:8080", allowed_host="192.0.2.2")

    @pytest.mark.parametrize("word", ["nativ", "ftp://127.0.0.1", "127.0.0.1:8080", ""])
    def test_refuses_what_is_no_target(self, word: str):
        with pytest.raises(CannotRun, match="--target takes native, docker, or the URL"):
            refuse_strangers(word)


class TestNames:
    @pytest.mark.parametrize(
        ("program", "command", "name"),
        [
            ("python", "/x/python -m order_service worker --beat", "order_service worker"),
            ("python", "/x/python -m locust --headless", GENERATOR),
            ("beam.smp", "/usr/lib/erlang/beam.smp -W w", "RabbitMQ"),
            ("postgres", "postgres: walwriter", "PostgreSQL"),
            ("python", "/x/python -m tests.support.keeper native 1", ""),
        ],
    )
    def test_a_process_is_called_by_what_it_belongs_to(self, program: str, command: str, name: str):
        assert name_of(program, command.split()) == name
