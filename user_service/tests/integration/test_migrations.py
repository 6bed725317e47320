"""Migrations on PostgreSQL, forwards and backwards, with rows in the tables."""

import secrets
import uuid
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import IntegrityError, connections
from django.db.migrations.executor import MigrationExecutor

from tests.support.rooms import Databases
from user_service.models import OutboxMessage, RefreshToken, Revocation, Session, UserProfile
from user_service.tests.factories import MONDAY_NOON

APP = "user_service"
EMPTY = "empty"
MODELS = [UserProfile, Session, RefreshToken, Revocation, OutboxMessage]


@pytest.fixture
def empty(servers):
    """A database of its own, with Django's tables and none of ours."""
    databases = Databases(servers.postgres)
    name = f"{APP}_migrations_{secrets.token_hex(4)}"
    databases.create(name)
    connections.settings[EMPTY] = connections.settings["default"] | {"NAME": name}
    MigrationExecutor(connections[EMPTY]).migrate(MigrationExecutor(connections[EMPTY]).loader.graph.leaf_nodes("auth"))
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


def add_user(username, email=""):
    return User.objects.using(EMPTY).create(username=username, email=email)


def write_a_row_of_each():
    user = add_user(f"user-{secrets.token_hex(4)}")
    UserProfile.objects.using(EMPTY).create(user=user, bio="x")
    session = Session.objects.using(EMPTY).create(user=user, started_at=MONDAY_NOON)
    RefreshToken.objects.using(EMPTY).create(
        session=session,
        digest=uuid.uuid4().hex,
        expires_at=MONDAY_NOON + timedelta(days=7),
        access_token_id=uuid.uuid4().hex,
        access_expires_at=MONDAY_NOON,
    )
    Revocation.objects.using(EMPTY).create(key=f"jti:{uuid.uuid4().hex}", expires_at=MONDAY_NOON)
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
        assert User.objects.using(EMPTY).count() == 1  # Django's table is not ours to empty

        for step in steps:
            migrate(empty, step)
        assert tables(empty) == ours
        write_a_row_of_each()

    def test_names_are_unique_whatever_their_case_and_no_address_is_not_one(self, empty):
        migrate(empty, migrations(empty)[-1])
        add_user("alice", "Alice@shop.example")
        add_user("bob")
        add_user("carol")

        for name, email in [("ALICE", ""), ("dave", "alice@shop.example")]:
            with pytest.raises(IntegrityError):
                add_user(name, email)

    def test_two_who_differ_in_case_alone_stop_the_second_and_nothing_is_half_done(self, empty):
        """Somebody has to decide which of them keeps the name; after that it goes through."""
        first, second, *_ = migrations(empty)
        migrate(empty, first)
        add_user("alice")
        namesake = add_user("Alice")

        with pytest.raises(IntegrityError, match="user_service_username_any_case"):
            migrate(empty, second)
        namesake.delete()
        migrate(empty, second)

        assert User.objects.using(EMPTY).get().username == "alice"

    def test_say_all_that_the_models_say(self):
        call_command("makemigrations", APP, check=True, dry_run=True, verbosity=0)
