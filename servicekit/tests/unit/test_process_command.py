import pytest
from django.core.management import CommandError, call_command

from servicekit.base.liveness import Liveness


@pytest.mark.parametrize("process", ["worker", "beat", "relay"])
class TestCheck:
    def test_passes_while_the_process_runs(self, process, settings, tmp_path):
        settings.RUN_DIR = tmp_path
        Liveness(process).touch()

        call_command(process, check=True)

    def test_fails_when_the_process_does_not_run(self, process, settings, tmp_path):
        settings.RUN_DIR = tmp_path

        with pytest.raises(CommandError, match=f"{process}.alive does not exist"):
            call_command(process, check=True)
