"""Each experiment in its short form: scripts/chaos.sh runs the long ones."""

import pytest

from tests.chaos import runner


@pytest.mark.parametrize("name", runner.names(short=True))
def test_nothing_is_lost_or_doubled(name, run_short):
    """Nor does stock or money differ, nor does a request hang, nor do more requests fail than slo.toml allows."""
    assert run_short(name).complaints == ()
