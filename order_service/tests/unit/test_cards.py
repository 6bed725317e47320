from dataclasses import replace
from datetime import date

import pytest

from order_service.clients.cards import passes_luhn
from order_service.tests.factories import GOOD_CARD


def card(number=GOOD_CARD.number, expiry_month=11, expiry_year=2026):
    return replace(GOOD_CARD, number=number, expiry_month=expiry_month, expiry_year=expiry_year)


class TestLuhn:
    @pytest.mark.parametrize(
        "number", ["4539148803436467", "4111111111111111", "4000000000000002", "378282246310005", "79927398713"]
    )
    def test_accepts_a_correct_check_digit(self, number):
        assert passes_luhn(number)

    @pytest.mark.parametrize("number", ["4539148803436476", "4539148803436468", "4111111111111112", "79927398710"])
    def test_refuses_a_mistyped_number(self, number):
        assert not passes_luhn(number)


class TestCard:
    @pytest.mark.parametrize(
        ("number", "brand"),
        [
            ("4111111111111111", "visa"),
            ("5555555555554444", "mastercard"),
            ("2221000000000009", "mastercard"),
            ("2720999999999996", "mastercard"),
            ("378282246310005", "amex"),
            ("6011111111111117", "discover"),
            ("3530111333300000", "other"),
            ("2721000000000004", "other"),
        ],
    )
    def test_the_brand_follows_from_the_number(self, number, brand):
        assert card(number).brand == brand

    @pytest.mark.security
    def test_the_repr_shows_neither_number_nor_cvv_nor_address(self):
        assert repr(card()) == "Card(expiry_month=11, expiry_year=2026)"

    def test_the_last_four_are_the_last_digits(self):
        assert card("4539148803436467").last_four == "6467"

    @pytest.mark.parametrize(
        ("month", "year", "expired"), [(11, 2026, False), (10, 2026, True), (12, 2025, True), (1, 2027, False)]
    )
    def test_is_valid_until_the_last_day_of_its_month(self, month, year, expired):
        assert card(expiry_month=month, expiry_year=year).has_expired(today=date(2026, 11, 30)) is expired
