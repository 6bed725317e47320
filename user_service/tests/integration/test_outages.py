"""The database fails and recovers; the processes go on without a restart."""

from datetime import timedelta

import pytest
import requests
from django.db import connection
from django.utils import timezone

from servicekit.testing import eventually
from tests.support.exchange import command
from tests.support.service_processes import unreachable
from user_service.models import Session

RECOVERY = 15  # seconds


@pytest.fixture
def works_again(alice, order_service):
    """Web, relay and worker: a change is accepted, and another service is notified."""

    def check():
        eventually(lambda: alice.changes(first_name="Back").status_code == 200, within=RECOVERY)
        eventually(lambda: ["first_name"] in order_service.accepted(alice.id), within=RECOVERY)

    return check


class TestDatabaseUnreachable:
    def test_requests_are_503_with_retry_after_and_succeed_later(self, processes, alice, works_again):
        noticed = processes.relay.will_say("cannot publish now")

        with unreachable(processes.database):
            answers = [alice.reads(), alice.changes(first_name="Al"), alice.refreshes(), alice.signs_in()]
            health = requests.get(f"{processes.web.url}/health/", timeout=10)
            eventually(noticed, within=RECOVERY)

        assert {(answer.status_code, answer.json()["code"]) for answer in answers} == {(503, "DATABASE_UNAVAILABLE")}
        assert min(int(answer.headers["Retry-After"]) for answer in answers) >= 1
        assert (health.status_code, health.json()["checks"]["database"]["status"]) == (503, "failing")
        works_again()

    def test_a_task_that_arrives_meanwhile_is_done_later(self, processes, exchange, alice, works_again):
        long_ago = timezone.now() - timedelta(days=30)
        session = Session.objects.create(user_id=alice.id, started_at=long_ago)

        with unreachable(processes.database):
            tried = processes.worker.will_say("Retry")
            exchange.send(command("user_service.purge"))
            eventually(tried, within=RECOVERY)

        eventually(lambda: not Session.objects.filter(pk=session.pk).exists(), within=RECOVERY)
        works_again()


class TestDatabaseRestarted:
    def test_requests_and_processes_survive_closed_connections(self, processes, alice, works_again):
        """As `pg_ctl restart -m fast` does."""
        alice.reads()

        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            assert cursor.fetchall()

        assert {alice.reads().status_code for _ in range(8)} == {200}
        works_again()
