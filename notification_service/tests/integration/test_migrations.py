"""Migrations on PostgreSQL, forwards and backwards, with rows in the tables."""

import secrets

import pytest
from django.core.management import call_command
from django.db import connections
from django.db.migrations.executor import MigrationExecutor

from notification_service.models import Delivery, InboxMessage, Notification, OutboxMessage, Recipient, Revocation
from notification_service.tests.people import MONDAY_NOON
from tests.support.rooms import Databases

APP = "notification_service"
EMPTY = "empty"
MODELS = [Notification, Delivery, Recipient, Revocation, InboxMessage, OutboxMessage]


@pytest.fixture
def empty(servers):
    """A database of its own, without any table."""
    databases = Databases(servers.postgres)
    name = f"{APP}_migrations_{secrets.token_hex(4)}"
    databases.create(name)
    connections.settings[EMPTY] = connections.settings["default"] | {"NAME": name}
    yield connections[EMPTY]
    connections[EMPTY].close()
    del connections[EMPTY], connections.settings[EMPTY]
    databases.drop(name)


def migrations(connection):
    """The names of all our migrations, oldest first."""
    graph = MigrationExecutor(connection).loader.graph
    [newest] = graph.leaf_nodes(APP)
    return [name for app, name in graph.forwards_plan(newest) if app == APP]


def migrate(connection, name):
    MigrationExecutor(connection).migrate([(APP, name)])


def tables(connection):
    return {name for name in connection.introspection.table_names() if name.startswith(APP)}


def write_a_row_of_each():
    notification = Notification.objects.using(EMPTY).create(
        event_id="5b3e6a53-36ac-4d34-9a1a-0f5f2d1f6f5e", user_id=7, type="x", message="x", created_at=MONDAY_NOON
    )
    Delivery.objects.using(EMPTY).create(notification=notification, subject="x", body="x", due_at=MONDAY_NOON)
    Recipient.objects.using(EMPTY).create(user_id=7)
    Revocation.objects.using(EMPTY).create(key="jti:x", expires_at=MONDAY_NOON)
    InboxMessage.objects.using(EMPTY).create(message_id="5b3e6a53-36ac-4d34-9a1a-0f5f2d1f6f5e", type="x")
    OutboxMessage.objects.using(EMPTY).create(kind="command", name="x", body="[]")


class TestMigrations:
    def test_lead_from_nothing_to_the_models_and_back_with_rows_in_the_tables(self, empty):
        ours = {model._meta.db_table for model in MODELS}
        steps = migrations(empty)

        migrate(empty, steps[-1])
        assert tables(empty) == ours
        write_a_row_of_each()

        for step in [*reversed(steps[:-1]), None]:
            migrate(empty, step)
        assert tables(empty) == set()

        for step in steps:
            migrate(empty, step)
        assert tables(empty) == ours
        write_a_row_of_each()

    def test_say_all_that_the_models_say(self):
        call_command("makemigrations", APP, check=True, dry_run=True, verbosity=0)
