"""Servers that go away and come back: nothing is lost, nothing is doubled, and nobody has to start anything again."""

import pytest
import requests
from django.db import connection

from notification_service.tests.factories import event
from notification_service.tests.integration.effects import commands_about, sent_to
from servicekit.testing import eventually
from tests.support.service_processes import Caller, gone, hanging

MANY = 30
BACK = 15  # seconds in which everything is as if nothing had been


def orders_of(person):
    return [event("order.placed", user_id=person.id, order_id=number) for number in range(1, MANY + 1)]


@pytest.fixture
def each_order_is_told_once(alice, mailbox):
    """What must hold at the end, whatever happened."""

    def is_so():
        eventually(lambda: sent_to(alice) == MANY, within=BACK)
        subjects = [letter.subject for letter in mailbox.letters_to(alice.email)]
        assert sorted(subjects) == sorted(f"Your order {number}" for number in range(1, MANY + 1))

    return is_so


@pytest.fixture
def reader(processes, user_service, alice):
    return Caller(processes, user_service.mint.customer(alice.id))


@pytest.fixture
def page(alice):
    return f"/api/users/{alice.id}/notifications/"


class TestBrokerAway:
    def test_events_wait_and_so_does_what_they_led_to(
        self, processes, exchange, alice, mail_server, each_order_is_told_once
    ):
        first, *others = orders_of(alice)
        held = mail_server.holds(alice)
        exchange.publish(first)
        held.wait_until_reached()
        noticed = processes.worker.will_say("the broker is away")

        with gone(processes.broker):
            exchange.publish(*others)
            held.release()
            eventually(lambda: sent_to(alice) == 1, within=BACK)
            eventually(noticed, within=BACK)

        each_order_is_told_once()

    def test_readers_notice_nothing(self, processes, reader, page):
        with gone(processes.broker):
            assert reader.get(page).status_code == 200

    def test_what_the_outbox_holds_goes_out_when_it_is_back(self, processes, exchange, alice, each_order_is_told_once):
        processes.relay.freeze()
        exchange.publish(*orders_of(alice))
        eventually(lambda: len(commands_about(alice)) == MANY, within=BACK)
        noticed = processes.relay.will_say("cannot publish now")

        with gone(processes.broker):
            processes.relay.thaw()
            eventually(noticed, within=BACK)
            assert {command.published_at for command in commands_about(alice)} == {None}

        each_order_is_told_once()

    def test_a_line_that_swallows_everything_for_a_while(self, processes, exchange, alice, each_order_is_told_once):
        with hanging(processes.broker):
            exchange.publish(*orders_of(alice))

        each_order_is_told_once()


class TestDatabaseAway:
    def test_events_wait_in_the_workers_hands(self, processes, exchange, alice, each_order_is_told_once):
        noticed = processes.worker.will_say("the database is away")

        with gone(processes.database):
            exchange.publish(*orders_of(alice))
            eventually(noticed, within=BACK)

        each_order_is_told_once()

    def test_readers_are_told_to_come_again(self, processes, reader, page):
        assert reader.get(page).status_code == 200

        with gone(processes.database):
            answer = reader.get(page)
            health = requests.get(f"{processes.web.url}/health/", timeout=10)

        assert (answer.status_code, answer.json()["code"]) == (503, "DATABASE_UNAVAILABLE")
        assert int(answer.headers["Retry-After"]) >= 1
        assert (health.status_code, health.json()["checks"]["database"]["status"]) == (503, "failing")
        eventually(lambda: reader.get(page).status_code == 200, within=BACK)

    def test_a_mail_that_went_out_meanwhile_is_not_forgotten(self, processes, exchange, alice, mail_server, mailbox):
        held = mail_server.holds(alice)
        exchange.publish(event("order.placed", user_id=alice.id))
        held.wait_until_reached()
        noticed = processes.worker.will_say("the database is away")

        with gone(processes.database):
            held.release()
            eventually(noticed, within=BACK)

        eventually(lambda: sent_to(alice) == 1, within=BACK)
        [_] = mailbox.letters_to(alice.email)

    def test_every_session_is_ended_in_the_middle_of_it_all(self, exchange, alice, each_order_is_told_once):
        """As `pg_ctl restart -m fast` does."""
        exchange.publish(*orders_of(alice))
        eventually(lambda: sent_to(alice) > 0, within=BACK)

        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            assert cursor.fetchall()

        each_order_is_told_once()
