from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import transaction
from django.utils import timezone

from servicekit.messages import inbox
from servicekit.tests.shelf.models import InboxMessage

pytestmark = pytest.mark.django_db


class TestReceivedFirstTime:
    def test_is_false_for_a_known_id(self):
        message_id = str(uuid4())

        assert inbox.received_first_time(message_id, "book.written")
        assert not inbox.received_first_time(message_id, "book.written")

        [row] = InboxMessage.objects.all()
        assert str(row) == f"book.written {message_id}"

    def test_is_undone_with_its_transaction(self):
        message_id = str(uuid4())

        with pytest.raises(RuntimeError), transaction.atomic():  # noqa: PT012 - the transaction is what is tried
            inbox.received_first_time(message_id, "book.written")
            raise RuntimeError

        assert inbox.received_first_time(message_id, "book.written")

    @pytest.mark.django_db(transaction=True)
    def test_needs_a_transaction(self):
        with pytest.raises(transaction.TransactionManagementError):
            inbox.received_first_time(str(uuid4()), "book.written")


class TestPurge:
    def test_deletes_what_arrived_before_the_moment(self):
        inbox.received_first_time(str(uuid4()), "old")
        InboxMessage.objects.update(received_at=timezone.now() - timedelta(days=31))
        inbox.received_first_time(str(uuid4()), "recent")

        assert inbox.purge(timezone.now() - timedelta(days=30)) == 1

        assert [row.type for row in InboxMessage.objects.all()] == ["recent"]
