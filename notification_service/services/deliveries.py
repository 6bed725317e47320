"""
Getting a mail out, at least once.

A delivery is claimed by a conditional UPDATE before anything is sent, so two tasks for it, or one task that runs
twice, send one mail. One window remains: a worker that dies, or loses its database for long, after the mail server
said yes and before the row says `sent`. The two cannot commit together, and a missing confirmation is worse than a
second copy; the copy has the same Message-ID, by which mail systems recognise it.

The task of a worker that is killed comes again at once. The dead one's claim does not keep it waiting where the
database can tell that nobody is at it (servicekit.storage.locks); elsewhere it looks again until the claim has run out.

A task that is lost (its broker emptied) leaves a delivery that nobody works on. `sweep` finds it.
"""

import logging
from datetime import timedelta
from uuid import UUID

from django.db import transaction

from notification_service import wiring
from notification_service.clients import UserDirectory
from notification_service.exceptions import CannotDeliver, InactiveUser, InOtherHands, KeepsDying, MailServerBusy
from notification_service.mail import Letter, Post
from notification_service.models import Delivery
from notification_service.texts import letter
from notification_service.wiring import Clock
from servicekit.base.exceptions import NeighbourUnavailable
from servicekit.messages import outbox
from servicekit.storage.locks import alone_with
from servicekit.storage.outages import through_outages

log = logging.getLogger(__name__)

DELIVER = "notification_service.deliver"  # the task's name

WORTH_ANOTHER_TRY = (MailServerBusy, NeighbourUnavailable)

# 2, 4, 8 ... 512, 600, 600 seconds: over half an hour for somebody to start the mail server again.
MOST_ATTEMPTS = 12
FIRST_PAUSE = timedelta(seconds=2)
LONGEST_PAUSE = timedelta(minutes=10)

# Longer than a lookup and a mail server that answers each command at its last moment.
CLAIM = timedelta(seconds=60)
# How late a task may be before it counts as lost.
GRACE = timedelta(minutes=1)
# A found delivery waits this long before it is found again: a queue that is merely long must not grow by it.
BETWEEN_SWEEPS = timedelta(minutes=10)
SWEPT_AT_ONCE = 500


class DeliveryService:
    """Everything that moves a delivery from pending to its end."""

    def __init__(self, *, users: UserDirectory | None = None, post: Post | None = None, now: Clock | None = None):
        self.users = users or wiring.user_directory()
        self.post = post or wiring.post()
        self.now = now or wiring.clock()

    def deliver(self, *, delivery_id: UUID) -> None:
        """
        Send this mail, unless it ended or is gone.

        :raises MailServerBusy, NeighbourUnavailable: not this time; the delivery is free for the next attempt.
        :raises InOtherHands: another worker is at it.
        """
        with alone_with(delivery_id) as alone:
            # Whoever has the mark may not have claimed yet, and takes over whatever claim there is.
            if delivery := None if alone is False else self._claim(delivery_id, alone=bool(alone)):
                self._attempt(delivery)
            elif Delivery.objects.pending().filter(pk=delivery_id).exists():
                raise InOtherHands(delivery_id)

    def sweep(self) -> int:
        """Put deliveries whose task was lost on the queue again. Gives their number."""
        now = self.now()
        with transaction.atomic():
            overdue = Delivery.objects.overdue(now=now).order_by("due_at")
            lost = list(overdue.select_for_update(skip_locked=True).values_list("pk", flat=True)[:SWEPT_AT_ONCE])
            for delivery_id in lost:
                log.warning("delivery %s was lost and is started again", delivery_id)
                outbox.command(DELIVER, delivery_id=str(delivery_id))
            Delivery.objects.filter(pk__in=lost).update(due_at=now + BETWEEN_SWEEPS)
        return len(lost)

    def _claim(self, delivery_id: UUID, *, alone: bool) -> Delivery | None:
        now = self.now()
        return Delivery.objects.claim(delivery_id, now=now, until=now + CLAIM, alone=alone)

    def _attempt(self, delivery: Delivery) -> None:
        try:
            self._send(delivery)
        except CannotDeliver as reason:
            self._fail(delivery, reason, why=str(reason))
        except WORTH_ANOTHER_TRY as trouble:
            if delivery.attempts >= MOST_ATTEMPTS:
                self._fail(delivery, trouble, why=f"gave up after {delivery.attempts} attempts: {trouble}")
                return
            delivery.released(due_at=self.now() + pause(delivery.attempts) + GRACE)
            raise
        else:
            # Forgotten, it would go out again: the mail server has it, whatever becomes of our database.
            through_outages(lambda: delivery.sent(now=self.now()))

    def _send(self, delivery: Delivery) -> None:
        if delivery.attempts > MOST_ATTEMPTS:
            raise KeepsDying(delivery.id, MOST_ATTEMPTS)
        user_id = delivery.notification.user_id
        contact = self.users.contact(user_id)
        if not contact.is_active:
            raise InactiveUser(user_id)
        self.post.send(
            Letter(
                id=delivery.id,
                to=contact.email,
                subject=delivery.subject,
                body=letter(name=contact.name, body=delivery.body),
            )
        )

    def _fail(self, delivery: Delivery, cause: Exception, *, why: str) -> None:
        # The row has the reason; the log only its kind, for a reason may quote an address.
        log.warning("delivery %s failed: %s", delivery.id, type(cause).__name__)
        delivery.failed(why, now=self.now())


def pause(attempts: int) -> timedelta:
    """How long the queue waits after so many attempts; the same rule as the task's `retry_backoff`."""
    return min(LONGEST_PAUSE, FIRST_PAUSE * 2.0 ** (attempts - 1))
