"""Migrations on PostgreSQL, forwards and backwards, with rows in the tables."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError

from tests.support.migrations import MigrationTests
from user_service.tests.factories import MONDAY_NOON


class TestMigrations(MigrationTests):
    def write(self, version):
        user = version.rows("auth.User").create(username=uuid4().hex)
        version.rows("UserProfile").create(user_id=user.pk, bio="x")
        if "AccountMail" in version.read():
            version.rows("AccountMail").create(
                user_id=user.pk, kind="verify", to="x@shop.example", created_at=MONDAY_NOON
            )
        session = version.rows("Session").create(user_id=user.pk, started_at=MONDAY_NOON)
        version.rows("RefreshToken").create(
            session=session,
            digest=uuid4().hex,
            expires_at=MONDAY_NOON + timedelta(days=7),
            access_token_id=uuid4().hex,
            access_expires_at=MONDAY_NOON,
        )
        version.rows("Revocation").create(key=f"jti:{uuid4()}", expires_at=MONDAY_NOON)
        version.rows("OutboxMessage").create(kind="command", name="x", body="[]")

    def test_backwards_keep_the_accounts_in_djangos_table(self, old_database):
        newest = old_database.names[-1]
        old_database.migrate(newest)
        accounts = old_database.version(newest).rows("auth.User")
        accounts.create(username="alice")

        old_database.migrate(None)

        assert accounts.get().username == "alice"


class TestUniqueNames:
    BEFORE, AFTER = "0001_initial", "0002_one_account_a_name"

    @pytest.fixture
    def accounts(self, old_database):
        """Django's table, before the migration."""
        old_database.migrate(self.BEFORE)
        return old_database.version(self.BEFORE).rows("auth.User")

    def test_names_are_unique_ignoring_case_and_addresses_may_be_empty(self, old_database, accounts):
        old_database.migrate(self.AFTER)
        accounts.create(username="alice", email="Alice@shop.example")
        accounts.create(username="bob")
        accounts.create(username="carol")

        for name, email in [("ALICE", ""), ("dave", "alice@shop.example")]:
            with pytest.raises(IntegrityError):
                accounts.create(username=name, email=email)

    def test_names_that_differ_only_in_case_stop_it_and_nothing_is_changed(self, old_database, accounts):
        """Once one of them is deleted or renamed, the migration succeeds."""
        accounts.create(username="alice")
        namesake = accounts.create(username="Alice")

        with pytest.raises(IntegrityError, match="user_service_username_any_case"):
            old_database.migrate(self.AFTER)
        namesake.delete()
        old_database.migrate(self.AFTER)

        assert accounts.get().username == "alice"


class TestOldAddresses:
    BEFORE, AFTER = "0003_account_mails", "0004_prove_old_addresses"

    def test_count_as_proven(self, old_database):
        old_database.migrate(self.BEFORE)
        before = old_database.version(self.BEFORE)
        for name, email in [("alice", "Alice@shop.example"), ("bob", "")]:
            user = before.rows("auth.User").create(username=name, email=email)
            before.rows("UserProfile").create(user_id=user.pk)

        old_database.migrate(self.AFTER)

        profiles = old_database.version(self.AFTER).rows("UserProfile").order_by("pk")
        assert list(profiles.values_list("verified_email", flat=True)) == ["alice@shop.example", None]
