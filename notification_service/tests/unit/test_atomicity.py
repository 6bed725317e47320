"""A delivery and the command that starts it are saved together, or neither; a case for each service call."""

from uuid import uuid4

import pytest

from notification_service.celery_app import app
from notification_service.services import AccountService, DeliveryService, NotificationService
from notification_service.tests.factories import DeliveryFactory, event
from notification_service.tests.fakes import FakeMailSender, FakeUserDirectory
from notification_service.tests.people import ALICE, MONDAY_NOON
from notification_service.texts import Text
from servicekit.testing import FakeClock
from servicekit.testing.atomicity import all_or_nothing, places_without_a_case
from servicekit.testing.messages import deliver

pytestmark = pytest.mark.django_db


def notify(begin):
    begin()
    NotificationService(now=FakeClock(MONDAY_NOON)).notify(
        event_id=uuid4(), event_type="order.confirmed", user_id=ALICE, text=Text("Confirmed", "It is confirmed.", "")
    )


def consume(begin):
    """With the row of the inbox: else the event would be taken for a repeated one."""
    begin()
    deliver(app, event("order.confirmed"))


def consume_a_verification(begin):
    DeliveryFactory()
    begin()
    deliver(app, event("user.updated", changes=["email_verified"]))


def sweep(begin):
    DeliveryFactory.create_batch(2, is_overdue=True)
    begin()
    DeliveryService(users=FakeUserDirectory(), sender=FakeMailSender(), now=FakeClock(MONDAY_NOON)).sweep()


def delete_account(begin):
    DeliveryFactory()
    begin()
    AccountService(users=FakeUserDirectory(), now=FakeClock(MONDAY_NOON)).delete(user_id=ALICE)


CASES = [notify, consume, consume_a_verification, sweep]


@pytest.mark.parametrize("case", CASES)
def test_when_any_write_fails_neither_state_nor_message_is_saved(case):
    all_or_nothing(case)


def test_when_any_write_fails_nothing_of_an_account_is_deleted():
    all_or_nothing(delete_account, with_messages=False)


def test_every_line_that_saves_a_message_has_a_case():
    assert places_without_a_case("notification_service", CASES) == []
