"""
Sending mails, each at least once.

A worker claims a delivery by a conditional UPDATE before it sends, so two tasks for one delivery, or one task that
runs twice, send one mail. One case remains: a worker is killed, or loses its database for long, after the mail server
accepted the mail and before the row says `sent`. Then the mail is sent again, for a missing confirmation is worse than
a second copy. The copy has the same Message-ID, by which mail systems recognise it.

The task of a killed worker is redelivered at once. On PostgreSQL, the delivery's advisory lock is then free, which
proves that the claim belongs to a dead worker. On SQLite the task is retried until the claim has expired.

A task can be lost, for example with the broker's data. `sweep` finds its delivery and sends a new task.
"""

import logging
from datetime import timedelta
from uuid import UUID

from django.db import transaction

from notification_service import wiring
from notification_service.clients import UserDirectory
from notification_service.exceptions import (
    AddressNotVerified,
    CannotDeliver,
    ClaimedByAnotherWorker,
    InactiveUser,
    MailServerUnavailable,
    TooManyMails,
    TooManyUnfinishedAttempts,
)
from notification_service.locks import advisory_lock
from notification_service.mail import Mail, MailSender
from notification_service.models import Delivery
from notification_service.outages import retry_while_database_is_down
from notification_service.texts import mail_body
from notification_service.wiring import Clock
from servicekit.base.exceptions import NeighbourUnavailable
from servicekit.messages import outbox

log = logging.getLogger(__name__)

DELIVER = "notification_service.deliver"  # the task's name

TEMPORARY_FAILURES = (MailServerUnavailable, NeighbourUnavailable, AddressNotVerified, TooManyMails)

# The task is retried after 2, 4, 8 ... 512, 600, 600 seconds: a mail server may be away for half an hour.
MAX_ATTEMPTS = 12
FIRST_PAUSE = timedelta(seconds=2)
LONGEST_PAUSE = timedelta(minutes=10)

HOUR = timedelta(hours=1)
# Longer than one attempt takes: a lookup, and a mail server that needs EMAIL_TIMEOUT for each answer.
CLAIM = timedelta(seconds=60)
# How late a task may start before it counts as lost.
TASK_GRACE = timedelta(minutes=1)


class DeliveryService:
    """Everything that changes a delivery."""

    def __init__(
        self,
        *,
        users: UserDirectory | None = None,
        sender: MailSender | None = None,
        limits: wiring.Limits | None = None,
        now: Clock | None = None,
    ):
        self.users = users or wiring.user_directory()
        self.sender = sender or wiring.mail_sender()
        self.limits = limits or wiring.limits()
        self.now = now or wiring.clock()

    def deliver(self, *, delivery_id: UUID) -> None:
        """
        Send this mail, unless its delivery has ended or was deleted.

        :raises MailServerUnavailable, NeighbourUnavailable, AddressNotVerified, TooManyMails: a temporary failure; the
            delivery can be claimed again.
        :raises ClaimedByAnotherWorker: another worker is sending it.
        """
        with advisory_lock(delivery_id) as holds_lock:  # None: the database has no advisory locks
            if holds_lock is False:
                raise ClaimedByAnotherWorker(delivery_id)
            now = self.now()
            delivery = Delivery.objects.claim(delivery_id, now=now, until=now + CLAIM, holds_lock=bool(holds_lock))
            if delivery:
                self._attempt(delivery)

    def sweep(self, *, limit: int = 500) -> int:
        """Send a new task for deliveries whose task was lost. Returns their number."""
        now = self.now()
        with transaction.atomic():
            overdue = Delivery.objects.overdue(now=now).select_for_update(skip_locked=True)
            lost = list(overdue.values_list("pk", flat=True)[:limit])
            for delivery_id in lost:
                log.warning("the task of delivery %s was lost, sending a new one", delivery_id)
                outbox.command(DELIVER, delivery_id=str(delivery_id))
            # Not found again at once: the new tasks may have to wait in a long queue.
            Delivery.objects.filter(pk__in=lost).update(due_at=now + LONGEST_PAUSE)
        return len(lost)

    def send_waiting(self, *, user_id: int) -> int:
        """Send a new task for each mail that waits for this user's address to be verified. Returns their number."""
        with transaction.atomic():
            waiting = Delivery.objects.pending().filter(notification__user_id=user_id, claimed_until=None)
            ids = list(waiting.order_by("due_at").values_list("pk", flat=True))
            for delivery_id in ids:
                outbox.command(DELIVER, delivery_id=str(delivery_id))
        return len(ids)

    def _attempt(self, delivery: Delivery) -> None:
        try:
            self._send(delivery)
        except CannotDeliver as error:
            self._fail(delivery, error, reason=str(error))
        except TEMPORARY_FAILURES as error:
            if delivery.attempts >= MAX_ATTEMPTS:
                self._fail(delivery, error, reason=f"gave up after {delivery.attempts} attempts: {error}")
                return
            delivery.release(due_at=self.now() + LONGEST_PAUSE + TASK_GRACE)
            raise
        else:
            # The mail server has the mail: if this were not recorded, it would be sent again.
            retry_while_database_is_down(lambda: delivery.mark_sent(now=self.now()))

    def _send(self, delivery: Delivery) -> None:
        if delivery.attempts > MAX_ATTEMPTS:
            raise TooManyUnfinishedAttempts(delivery.id, MAX_ATTEMPTS)
        user_id = delivery.notification.user_id
        contact = self.users.contact(user_id)
        if not contact.is_active:
            raise InactiveUser(user_id)
        if not contact.email_verified:
            raise AddressNotVerified(user_id)
        last_hour = Delivery.objects.sent_to(user_id, since=self.now() - HOUR)
        if self.limits.mails_per_hour is not None and last_hour.count() >= self.limits.mails_per_hour:
            raise TooManyMails(user_id)
        body = mail_body(name=contact.name, text=delivery.body)
        self.sender.send(Mail(id=delivery.id, to=contact.email, subject=delivery.subject, body=body))

    def _fail(self, delivery: Delivery, error: Exception, *, reason: str) -> None:
        # The reason is in the row, not in the log: it may contain an address.
        log.warning("delivery %s failed: %s", delivery.id, type(error).__name__)
        delivery.mark_failed(reason, now=self.now())
