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
    def test_creates_the_staff_account(self, capsys):
        call_command("seed_staff")

        assert capsys.readouterr().out == "staff account staff: saved\n"
        assert (staff().is_staff, staff().is_active, staff().check_password(THE_PASSWORD)) == (True, True, True)

    def test_announces_nothing(self):
        call_command("seed_staff")

        assert not OutboxMessage.objects.exists()

    def test_a_second_run_changes_nothing(self, capsys):
        call_command("seed_staff")
        before = staff().password

        call_command("seed_staff")

        assert capsys.readouterr().out.endswith("staff account staff: unchanged\n")
        assert staff().password == before

    @pytest.mark.parametrize("fields", [{"inactive": True}, {"is_staff": False}, {"username": "Staff"}])
    def test_corrects_an_account_that_differs(self, fields):
        UserFactory(**{"username": "staff", "staff": True} | fields)

        call_command("seed_staff")

        assert (staff().is_staff, staff().is_active, staff().check_password(THE_PASSWORD)) == (True, True, True)

    @pytest.mark.security
    def test_the_demo_password_is_refused_in_production(self, settings):
        settings.DEMO_SECRETS_ALLOWED = False

        with pytest.raises(CommandError, match="DEMO_STAFF_PASSWORD"):
            call_command("seed_staff")
        assert not User.objects.exists()

    def test_creates_the_account_with_another_password_in_production(self, settings):
        settings.DEMO_SECRETS_ALLOWED, settings.DEMO_STAFF_PASSWORD = False, "the operator's own"

        call_command("seed_staff")

        assert staff().check_password("the operator's own")

    def test_an_empty_password_creates_no_account(self, settings, capsys):
        """docker-compose.e2e.yml has no password by default."""
        settings.DEMO_STAFF_PASSWORD = ""

        call_command("seed_staff")

        assert capsys.readouterr().out == "no staff account: DEMO_STAFF_PASSWORD is empty\n"
        assert not User.objects.exists()
