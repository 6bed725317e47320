"""The output of `python -m <service>`."""

import os
import subprocess
import sys

import pytest

FAULTS = {
    "a secret is missing": "from servicekit.base.environment import production_secret\nproduction_secret('MISSING')",
    "a number is text": "from servicekit.base.environment import Environment\nEnvironment().int('MALFORMED')",
}


def run(*command, **environment):
    return subprocess.run(
        [sys.executable, "-m", "servicekit.tests.shelf", *command],
        env=os.environ | environment,
        check=False,
        capture_output=True,
        text=True,
    )


class TestMain:
    def test_help_lists_our_commands_and_those_of_django(self):
        shown = run("--help").stdout

        assert "python -m servicekit.tests.shelf help <subcommand>" in shown
        assert {"serve", "worker", "beat", "relay", "dead_letters", "migrate"} <= set(shown.split())

    @pytest.mark.parametrize("fault", FAULTS)
    @pytest.mark.parametrize("command", ["relay", "migrate"])
    def test_a_configuration_error_is_one_sentence(self, command, fault, tmp_path):
        (tmp_path / "faulty_settings.py").write_text(FAULTS[fault])
        settings = {"DJANGO_SETTINGS_MODULE": "faulty_settings", "PYTHONPATH": str(tmp_path), "MALFORMED": "seven"}

        process = run(command, **settings)

        assert process.returncode == 1
        [line] = process.stderr.splitlines()
        assert line.startswith("servicekit.tests.shelf: ")
        assert "MISSING" in line or "MALFORMED" in line
