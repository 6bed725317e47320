"""What account mails say, to whom, and how many."""

import pytest

from servicekit.testing.messages import commands
from user_service.mail import MailRefused
from user_service.models import AccountMail
from user_service.services import SEND_ACCOUNT_MAIL
from user_service.tests.factories import UserProfileFactory, account

pytestmark = pytest.mark.django_db


@pytest.fixture
def queued(users):
    users.create_user(account(first_name="Visit www.spam.example"))
    return AccountMail.objects.get()


class TestSend:
    def test_sends_a_link_to_verify_the_address(self, mails, sender, queued):
        mails.send(mail_id=queued.id)

        [mail] = sender.mails
        assert (mail.to, mail.subject) == ("alice@shop.example", "Confirm your e-mail address")
        assert "https://shop.example/verify-email/?token=" in mail.body

    @pytest.mark.security
    def test_no_text_of_a_user_goes_to_an_unproven_address(self, mails, sender, queued):
        mails.send(mail_id=queued.id)

        [mail] = sender.mails
        assert "spam" not in mail.subject + mail.body
        assert "alice" not in mail.subject + mail.body

    @pytest.mark.security
    def test_an_address_that_another_account_has_proven_gets_no_link(self, mails, sender, queued):
        UserProfileFactory(user__email="alice@shop.example", proven=True)

        mails.send(mail_id=queued.id)

        [mail] = sender.mails
        assert mail.subject == "You have an account already"
        assert "http" not in mail.body

    def test_sends_each_mail_once(self, mails, sender, queued):
        mails.send(mail_id=queued.id)
        mails.send(mail_id=queued.id)

        [_] = sender.mails

    def test_sends_no_link_for_an_address_that_was_changed(self, users, mails, sender, queued):
        users.update_user_with_profile(queued.user_id, {"email": "al@shop.example"})

        mails.send(mail_id=queued.id)

        assert sender.mails == []

    def test_sends_no_link_for_a_deleted_account(self, users, mails, sender, queued):
        users.delete_user(queued.user_id)

        mails.send(mail_id=queued.id)

        assert sender.mails == []


class TestFailure:
    def test_is_raised_for_the_task_to_retry(self, mails, sender, queued):
        sender.error = ConnectionRefusedError()
        with pytest.raises(ConnectionRefusedError):
            mails.send(mail_id=queued.id)

        sender.error = None
        mails.send(mail_id=queued.id)

        [_] = sender.mails

    def test_a_refused_recipient_is_not_tried_again(self, mails, sender, queued, caplog):
        sender.error = MailRefused()
        mails.send(mail_id=queued.id)

        sender.error = None
        mails.send(mail_id=queued.id)

        assert sender.mails == []
        assert "alice" not in caplog.text


@pytest.mark.security
class TestLimit:
    def test_an_address_gets_five_mails_of_a_kind_in_an_hour(self, users, mails, sender, clock):
        for number in range(7):
            users.create_user(account(username=f"alice-{number}"))
        send_all(mails)

        assert len(sender.mails) == 5
        clock.advance(hours=1)
        send_all(mails)
        assert len(sender.mails) == 7

    def test_accounts_that_come_and_go_are_counted(self, users, mails, sender):
        for number in range(7):
            user = users.create_user(account(username=f"alice-{number}"))
            send_all(mails)
            users.delete_user(user.pk)

        assert len(sender.mails) == 5

    def test_other_addresses_and_kinds_have_their_own(self, users, resets, mails, sender):
        UserProfileFactory(user__email="alice@shop.example", proven=True)
        for number in range(5):
            users.create_user(account(username=f"alice-{number}"))
        users.create_user(account(username="bob", email="bob@shop.example"))
        resets.request(email="alice@shop.example")
        send_all(mails)

        assert len(sender.mails) == 7


class TestPurge:
    def test_deletes_old_mails(self, users, mails, clock):
        users.create_user(account())
        clock.advance(days=6)
        mails.purge()
        kept = AccountMail.objects.count()
        clock.advance(days=2)
        mails.purge()

        assert (kept, AccountMail.objects.count()) == (1, 0)

    def test_deletes_the_address_of_a_deleted_account_after_hours(self, users, mails, queued, clock):
        users.delete_user(queued.user_id)
        mails.purge()
        kept = AccountMail.objects.count()
        clock.advance(hours=3)
        mails.purge()

        assert (kept, AccountMail.objects.count()) == (1, 0)


def send_all(mails):
    for _, arguments in commands(SEND_ACCOUNT_MAIL):
        mails.send(mail_id=arguments["mail_id"])
