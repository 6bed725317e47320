import sys
from types import SimpleNamespace

import pytest
from django.core.exceptions import ImproperlyConfigured
from environs import EnvError

from servicekit.process import commands


@pytest.fixture
def handed_over(monkeypatch):
    """What was handed to another module, by its name."""
    seen = {}

    def stand_in(name):
        def run(*arguments, **options):
            seen[name] = (arguments, options)
            return 3

        return run

    server = SimpleNamespace(serve=stand_in("serve"))
    messages = SimpleNamespace(**{name: stand_in(name) for name in ("worker", "beat", "relay", "dead_letters")})
    monkeypatch.setitem(sys.modules, "servicekit.process.server", server)
    monkeypatch.setitem(sys.modules, "servicekit.process.commands_messages", messages)
    monkeypatch.setattr("servicekit.process.server", server, raising=False)
    monkeypatch.setattr("servicekit.process.commands_messages", messages, raising=False)
    return seen


class TestMain:
    @pytest.mark.parametrize("argv", [[], ["--help"], ["-h"], ["help"]])
    def test_shows_every_command(self, argv, capsys):
        commands.main("order_service", argv)

        shown = capsys.readouterr().out
        for name in ("serve", "worker", "relay", "dead-letters list", "migrate", "ORDER_SERVICE_PORT"):
            assert name in shown

    def test_serves_with_the_settings_of_the_service(self, handed_over):
        with pytest.raises(SystemExit) as leaving:
            commands.main("order_service", ["serve"])

        assert leaving.value.code == 3
        assert handed_over["serve"] == (
            ("order_service.wsgi:application",),
            {"host": "127.0.0.1", "port": 8009, "workers": 1, "threads": 2, "port_variable": "ORDER_SERVICE_PORT"},
        )

    def test_serves_elsewhere_when_told_so(self, handed_over):
        with pytest.raises(SystemExit):
            commands.main("order_service", ["serve", "--host", "::1", "--port", "9000"])

        _, options = handed_over["serve"]
        assert (options["host"], options["port"]) == ("::1", 9000)

    @pytest.mark.parametrize(
        ("command", "function"),
        [("worker", "worker"), ("beat", "beat"), ("relay", "relay"), ("dead-letters", "dead_letters")],
    )
    def test_hands_the_commands_about_messages_over(self, handed_over, command, function):
        with pytest.raises(SystemExit) as leaving:
            commands.main("order_service", [command, "--some", "thing"])

        assert leaving.value.code == 3
        assert handed_over[function] == (("order_service", ["--some", "thing"]), {})

    def test_leaves_the_rest_to_django(self, capsys):
        commands.main("order_service", ["diffsettings", "--output", "unified"])

        assert "TOKEN_KEYS" in capsys.readouterr().out

    def test_explains_a_command_of_djangos(self, capsys):
        commands.main("order_service", ["help", "migrate"])

        assert "python -m order_service migrate" in capsys.readouterr().out

    @pytest.mark.parametrize("fault", [ImproperlyConfigured("SECRET_KEY is missing"), EnvError("PORT is no number")])
    def test_says_a_fault_in_the_settings_in_one_line(self, monkeypatch, fault):
        def refuse(service, arguments):
            raise fault

        monkeypatch.setitem(commands.COMMANDS, "relay", refuse)

        with pytest.raises(SystemExit) as leaving:
            commands.main("order_service", ["relay"])

        assert leaving.value.code == f"order_service: {fault}"
