from datetime import date

import pytest

from order_service.clients.cards import Card, passes_luhn


def card(number="4111111111111111", exp_month=11, exp_year=2026):
    return Card(number=number, exp_month=exp_month, exp_year=exp_year, cvv="737")


class TestLuhn:
    @pytest.mark.parametrize("number", ["4111111111111111", "4000000000000002", "378282246310005", "79927398713"])
    def test_knows_a_right_check_digit(self, number):
        assert passes_luhn(number)

    @pytest.mark.parametrize("number", ["4111111111111112", "1411111111111111", "79927398710"])
    def test_knows_a_mistyped_number(self, number):
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
    def test_tells_its_brand(self, number, brand):
        assert card(number).brand == brand

    @pytest.mark.security
    def test_shows_neither_number_nor_cvv(self):
        assert repr(card()) == "Card(exp_month=11, exp_year=2026)"

    @pytest.mark.parametrize(
        ("month", "year", "expired"), [(11, 2026, False), (10, 2026, True), (12, 2025, True), (1, 2027, False)]
    )
    def test_is_good_until_its_month_ends(self, month, year, expired):
        assert card(exp_month=month, exp_year=year).has_expired(today=date(2026, 11, 30)) is expired
