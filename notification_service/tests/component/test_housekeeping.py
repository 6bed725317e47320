"""The periodic tasks."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail

from notification_service.celery_app import app
from notification_service.models import Delivery, InboxMessage, OutboxMessage
from notification_service.tests.component.queue import work
from notification_service.tests.factories import event
from notification_service.tests.people import ALICE
from servicekit.testing.messages import deliver

pytestmark = pytest.mark.django_db


class TestSweep:
    def test_a_delivery_whose_task_was_lost_is_sent_after_all(self, user_service):
        user_service.knows(ALICE)
        deliver(app, event("order.confirmed"))
        OutboxMessage.objects.all().delete()
        Delivery.objects.update(due_at=datetime.now(UTC))

        app.tasks["notification_service.sweep"]()
        work()

        assert Delivery.objects.get().state == "sent"
        [_] = mail.outbox


class TestPurge:
    def test_forgets_old_messages(self):
        deliver(app, event("user.updated"))
        InboxMessage.objects.update(received_at=datetime.now(UTC) - timedelta(days=15))

        app.tasks["notification_service.purge"]()

        assert not InboxMessage.objects.exists()


class TestSchedule:
    def test_names_tasks_that_exist(self):
        app.loader.import_default_modules()

        assert {entry["task"] for entry in app.conf.beat_schedule.values()} <= set(app.tasks)
