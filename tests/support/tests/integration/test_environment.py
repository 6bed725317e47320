import pytest

from tests.support.tests import hostile

READ_OVER_HTTP = (
    "notification_service/tests/integration/test_events.py::TestFromEventToMail::test_is_readable_over_http"
)


@pytest.mark.slow
@pytest.mark.timeout(110)
def test_hostile_environment_changes_nothing_for_processes_on_real_servers(servers, tmp_path):
    """This one takes a message from RabbitMQ to PostgreSQL, and a request to a web process with a neighbour."""
    more = servers.to_environment() | {"TEST_INFRA": "env"}

    ended = hostile.pytest(READ_OVER_HTTP, home=tmp_path, more=more)

    assert ended.returncode == 0, ended.stdout + ended.stderr
