import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command

from user_service.models import OutboxMessage
from user_service.tests.factories import UserFactory

pytestmark = pytest.mark.django_db

THE_PASSWORD = "demo-only-staff-Password-1"


def staff():
    return User.objects.get(username__iexact="staff")


class TestSeedStaff:
    def test_makes_the_staff_account(self, capsys):
        call_command("seed_staff")

        assert capsys.readouterr().out == "staff account staff: made\n"
        assert (staff().is_staff, staff().is_active, staff().check_password(THE_PASSWORD)) == (True, True, True)

    def test_welcomes_nobody(self):
        call_command("seed_staff")

        assert not OutboxMessage.objects.exists()

    def test_changes_nothing_the_second_time(self, capsys):
        call_command("seed_staff")
        before = staff().password

        call_command("seed_staff")

        assert capsys.readouterr().out.endswith("staff account staff: was there\n")
        assert staff().password == before

    @pytest.mark.parametrize("fields", [{"inactive": True}, {"is_staff": False}, {"username": "Staff"}])
    def test_puts_right_what_is_not(self, fields):
        UserFactory(**{"username": "staff", "staff": True} | fields)

        call_command("seed_staff")

        assert (staff().is_staff, staff().is_active, staff().check_password(THE_PASSWORD)) == (True, True, True)

    @pytest.mark.security
    def test_makes_no_account_with_a_known_password_in_production(self, settings):
        settings.DEMO_SECRETS_ALLOWED = False

        with pytest.raises(CommandError, match="DEMO_STAFF_PASSWORD"):
            call_command("seed_staff")
        assert not User.objects.exists()

    def test_makes_the_operators_account_in_production(self, settings):
        settings.DEMO_SECRETS_ALLOWED, settings.DEMO_STAFF_PASSWORD = False, "the operator's own"

        call_command("seed_staff")

        assert staff().check_password("the operator's own")

    def test_makes_no_account_without_a_password(self, settings, capsys):
        """So the shop in containers can start with no password in its file."""
        settings.DEMO_STAFF_PASSWORD = ""

        call_command("seed_staff")

        assert capsys.readouterr().out == "no staff account is made: DEMO_STAFF_PASSWORD is empty\n"
        assert not User.objects.exists()
