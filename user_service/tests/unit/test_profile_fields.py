from datetime import date

import pytest
import time_machine
from django.core.exceptions import ValidationError

from user_service.models import UserProfile
from user_service.tests.factories import MONDAY_NOON


def check(**fields):
    """Check the fields as `full_clean` does, but without its query for the user."""
    UserProfile(**fields).clean_fields(exclude={"user"})


class TestPhoneNumber:
    @pytest.mark.parametrize("number", ["+493012345678", "+15551234567", "+1234567890", "+861381234567890"])
    def test_in_e164_is_valid(self, number):
        check(phone_number=number)

    @pytest.mark.parametrize(
        "number",
        [
            "123",
            "invalid",
            "030 12345678",
            "4930123456",
            "+49 30 12345678",
            "+49-30-12345678",
            "+1234",
            "+0123456789",
            "+999123456789",
            "+12345678901234567",
            "+861381234567\uff18",
            "+15551234567;ext=3",
            "tel:+15551234567",
        ],
    )
    def test_in_another_form_is_refused(self, number):
        with pytest.raises(ValidationError, match=r"E\.164"):
            check(phone_number=number)


class TestBirthDate:
    @pytest.fixture(autouse=True)
    def _monday_noon(self):
        with time_machine.travel(MONDAY_NOON, tick=False):
            yield

    @pytest.mark.parametrize("birth_date", [date(1900, 1, 1), date(2026, 11, 15)])
    def test_from_1900_to_yesterday_is_valid(self, birth_date):
        check(birth_date=birth_date)

    @pytest.mark.parametrize("birth_date", [date(1899, 12, 31), date(2026, 11, 16), date(9999, 12, 31)])
    def test_before_1900_or_after_yesterday_is_refused(self, birth_date):
        with pytest.raises(ValidationError, match="birth date"):
            check(birth_date=birth_date)
