"""What the caller exported decides nothing: a slice of each layer is green in a hostile environment."""

import pytest

from tests.support.tests import hostile

pytestmark = [pytest.mark.slow, pytest.mark.timeout(110)]


class TestHostileEnvironment:
    @pytest.mark.parametrize(
        ("service", "slices"),
        [
            ("servicekit", ["unit/test_outbox.py", "component/test_callers.py"]),
            ("user_service", ["unit/test_seed_staff.py", "component/test_login.py", "component/test_neighbours.py"]),
            ("user_service", ["contract/consumer"]),
            ("notification_service", ["unit/test_deliveries.py", "component/test_mail_server.py"]),
            ("notification_service", ["contract/consumer", "contract/provider/test_pacts.py"]),
            ("order_service", ["unit/test_cancel_order.py", "component/test_messages.py"]),
        ],
    )
    def test_changes_no_result_of_pytest(self, service: str, slices: list[str], tmp_path):
        ended = hostile.pytest(*(f"{service}/tests/{part}" for part in slices), home=tmp_path)

        assert ended.returncode == 0, ended.stdout + ended.stderr

    def test_changes_no_result_of_a_script(self, tmp_path):
        more = {"PYTEST_ADDOPTS": "-k no_such_test", "PYTEST_PLUGINS": "no.such.plugin", "RUN_DIR": str(tmp_path)}

        ended = hostile.run(
            "scripts/test.sh", "unit", "--service", "notification_service", "--quick", home=tmp_path, more=more
        )

        assert ended.returncode == 0, ended.stdout + ended.stderr
