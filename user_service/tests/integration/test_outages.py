"""The database goes away and comes back under running processes: nobody has to start anything again."""

from datetime import timedelta

import pytest
import requests
from django.db import connection
from django.utils import timezone

from servicekit.testing import eventually
from tests.support.exchange import command
from tests.support.service_processes import unreachable
from user_service.models import Session

BACK = 15  # seconds in which everything is as if nothing had been


@pytest.fixture
def works_again(alice, order_service):
    """Web, relay and worker: a change is accepted, announced, and told to a neighbour."""

    def all_of_it():
        eventually(lambda: alice.changes(first_name="Back").status_code == 200, within=BACK)
        eventually(lambda: ["first_name"] in order_service.told(alice.id), within=BACK)

    return all_of_it


class TestDatabaseAway:
    def test_callers_are_told_to_come_again_and_may(self, processes, alice, works_again):
        noticed = processes.relay.will_say("cannot publish now")

        with unreachable(processes.database):
            answers = [alice.looks(), alice.changes(first_name="Al"), alice.refreshes(), alice.signs_in()]
            health = requests.get(f"{processes.web.url}/health/", timeout=10)
            eventually(noticed, within=BACK)

        assert {(answer.status_code, answer.json()["code"]) for answer in answers} == {(503, "DATABASE_UNAVAILABLE")}
        assert min(int(answer.headers["Retry-After"]) for answer in answers) >= 1
        assert (health.status_code, health.json()["checks"]["database"]["status"]) == (503, "failing")
        works_again()

    def test_work_that_comes_meanwhile_is_done_when_it_is_back(self, processes, exchange, alice, works_again):
        long_over = timezone.now() - timedelta(days=30)
        session = Session.objects.create(user_id=alice.id, started_at=long_over)

        with unreachable(processes.database):
            tried = processes.worker.will_say("Retry")
            exchange.send(command("user_service.purge"))
            eventually(tried, within=BACK)

        eventually(lambda: not Session.objects.filter(pk=session.pk).exists(), within=BACK)
        works_again()


class TestDatabaseRestarted:
    def test_every_session_is_ended_in_the_middle_of_it_all(self, processes, alice, works_again):
        """As `pg_ctl restart -m fast` does."""
        alice.looks()

        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            assert cursor.fetchall()

        assert {alice.looks().status_code for _ in range(8)} == {200}
        works_again()
