import pytest
from django.core.management import CommandError, call_command

from servicekit.testing.messages import published
from user_service.models import Session
from user_service.services import StaffService
from user_service.tests.factories import PASSWORD, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.security]


class TestSetStaff:
    def test_makes_a_customer_staff(self, alice, capsys):
        call_command("set_staff", "ALICE")

        alice.refresh_from_db()
        assert (alice.is_staff, capsys.readouterr().out) == (True, "ALICE is staff\n")

    def test_a_demoted_staff_member_is_signed_out_everywhere(self, users, sessions, clock):
        sara = UserFactory(username="sara", staff=True)
        sessions.sign_in(username="sara", password=PASSWORD)

        StaffService(users=users, now=clock).set_staff(username="sara", is_staff=False)

        sara.refresh_from_db()
        assert not sara.is_staff
        assert not Session.objects.filter(ended_at=None).exists()
        assert [event.data["user_id"] for event in published("token.revoked")] == [sara.pk]

    def test_makes_staff_a_customer(self, capsys):
        UserFactory(username="sara", staff=True)

        call_command("set_staff", "sara", "--off")

        assert capsys.readouterr().out == "sara is a customer\n"

    def test_changes_nothing_when_it_is_so_already(self, sessions, alice):
        sessions.sign_in(username="alice", password=PASSWORD)

        call_command("set_staff", "alice", "--off")

        assert Session.objects.filter(ended_at=None).exists()

    def test_an_unknown_name_is_an_error(self, db):
        with pytest.raises(CommandError, match="no user is named bob"):
            call_command("set_staff", "bob")
