"""The periodic tasks."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail

from notification_service.celery_app import app
from notification_service.models import Delivery, InboxMessage, OutboxMessage
from notification_service.tests.component.queue import run_tasks
from notification_service.tests.factories import event
from notification_service.tests.people import ALICE
from servicekit.testing.messages import deliver

pytestmark = pytest.mark.django_db


class TestSweep:
    def test_sends_the_mail_of_a_delivery_whose_task_was_lost(self, user_service):
        user_service.knows(ALICE)
        deliver(app, event("order.confirmed"))
        OutboxMessage.objects.all().delete()
        Delivery.objects.update(due_at=datetime.now(UTC))

        app.tasks["notification_service.sweep"]()
        run_tasks()

        assert Delivery.objects.get().state == "sent"
        [_] = mail.outbox


class TestPurge:
    def test_deletes_old_inbox_rows(self):
        deliver(app, event("user.updated"))
        InboxMessage.objects.update(received_at=datetime.now(UTC) - timedelta(days=15))

        app.tasks["notification_service.purge"]()

        assert not InboxMessage.objects.exists()


class TestSchedule:
    def test_runs_every_periodic_task(self):
        app.loader.import_default_modules()
        scheduled = {entry["task"] for entry in app.conf.beat_schedule.values()}

        assert scheduled == {"notification_service.sweep", "notification_service.purge"} <= set(app.tasks)
