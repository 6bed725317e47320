"""Outages of broker and database: nothing is lost or done twice, and no process has to be restarted."""

import pytest
import requests
from django.db import connection

from notification_service.tests.factories import event
from notification_service.tests.integration.effects import commands_about, sent_to
from servicekit.testing import eventually
from tests.support.service_processes import Caller, hanging, unreachable

MANY = 30
RECOVERY = 15  # seconds in which the service recovers after an outage


def orders_of(person):
    return [event("order.placed", user_id=person.id, order_id=number) for number in range(1, MANY + 1)]


@pytest.fixture
def expect_one_mail_for_each_order(alice, mailbox):

    def check():
        eventually(lambda: sent_to(alice) == MANY, within=RECOVERY)
        subjects = [letter.subject for letter in mailbox.letters_to(alice.email)]
        assert sorted(subjects) == sorted(f"Your order {number}" for number in range(1, MANY + 1))

    return check


@pytest.fixture
def reader(processes, user_service, alice):
    return Caller(processes, user_service.mint.customer(alice.id))


@pytest.fixture
def page(alice):
    return f"/api/users/{alice.id}/notifications/"


class TestBrokerDown:
    def test_waiting_events_and_commands_are_handled_afterwards(
        self, processes, exchange, alice, mail_server, expect_one_mail_for_each_order
    ):
        first, *others = orders_of(alice)
        held = mail_server.holds(alice)
        exchange.publish(first)
        held.wait_until_reached()
        noticed = processes.worker.will_say("the broker is down")

        with unreachable(processes.broker):
            exchange.publish(*others)
            held.release()
            eventually(lambda: sent_to(alice) == 1, within=RECOVERY)
            eventually(noticed, within=RECOVERY)

        expect_one_mail_for_each_order()

    def test_notifications_can_be_listed(self, processes, reader, page):
        with unreachable(processes.broker):
            assert reader.get(page).status_code == 200

    def test_the_outbox_is_published_afterwards(self, processes, exchange, alice, expect_one_mail_for_each_order):
        processes.relay.freeze()
        exchange.publish(*orders_of(alice))
        eventually(lambda: len(commands_about(alice)) == MANY, within=RECOVERY)
        noticed = processes.relay.will_say("cannot publish now")

        with unreachable(processes.broker):
            processes.relay.thaw()
            eventually(noticed, within=RECOVERY)
            assert {command.published_at for command in commands_about(alice)} == {None}

        expect_one_mail_for_each_order()

    def test_a_broker_that_does_not_answer_is_used_again_afterwards(
        self, processes, exchange, alice, expect_one_mail_for_each_order
    ):
        with hanging(processes.broker):
            exchange.publish(*orders_of(alice))

        expect_one_mail_for_each_order()


class TestDatabaseDown:
    def test_waiting_events_are_handled_afterwards(self, processes, exchange, alice, expect_one_mail_for_each_order):
        noticed = processes.worker.will_say("the database is down")

        with unreachable(processes.database):
            exchange.publish(*orders_of(alice))
            eventually(noticed, within=RECOVERY)

        expect_one_mail_for_each_order()

    def test_requests_are_503_with_retry_after(self, processes, reader, page):
        assert reader.get(page).status_code == 200

        with unreachable(processes.database):
            answer = reader.get(page)
            health = requests.get(f"{processes.web.url}/health/", timeout=10)

        assert (answer.status_code, answer.json()["code"]) == (503, "DATABASE_UNAVAILABLE")
        assert int(answer.headers["Retry-After"]) >= 1
        assert (health.status_code, health.json()["checks"]["database"]["status"]) == (503, "failing")
        eventually(lambda: reader.get(page).status_code == 200, within=RECOVERY)

    def test_a_mail_sent_during_the_outage_is_marked_as_sent_and_not_repeated(
        self, processes, exchange, alice, mail_server, mailbox
    ):
        held = mail_server.holds(alice)
        exchange.publish(event("order.placed", user_id=alice.id))
        held.wait_until_reached()
        noticed = processes.worker.will_say("the database is down")

        with unreachable(processes.database):
            held.release()
            eventually(noticed, within=RECOVERY)

        eventually(lambda: sent_to(alice) == 1, within=RECOVERY)
        [_] = mailbox.letters_to(alice.email)

    def test_all_sessions_ended_at_once_are_replaced(self, exchange, alice, expect_one_mail_for_each_order):
        """As `pg_ctl restart -m fast` ends them."""
        exchange.publish(*orders_of(alice))
        eventually(lambda: sent_to(alice) > 0, within=RECOVERY)

        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            assert cursor.fetchall()

        expect_one_mail_for_each_order()
