"""The exact sentences, the formats of money and time, and names without control characters."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from notification_service import texts

NOON = datetime(2026, 11, 3, 12, 5, tzinfo=UTC)


class TestWelcome:
    def test_greets_by_name(self):
        assert texts.welcome(name="Alice").message == "Welcome to the shop, Alice."


class TestOrderPlaced:
    def test_names_the_order_and_its_total(self):
        text = texts.order_placed(order_id=17, total=Decimal("42.00"), items=[], placed_at=NOON)

        assert (text.subject, text.message) == ("Your order 17", "Your order 17 was placed: 42.00.")

    def test_lists_the_items_in_the_mail_only(self):
        lamps = texts.Item(name="Lamp", quantity=2, price=Decimal(21))

        text = texts.order_placed(order_id=17, total=Decimal(42), items=[lamps], placed_at=NOON)

        assert text.body == (
            "Your order 17 was placed: 42.00.\n\nPlaced on 3 November 2026, 12:05 UTC.\n  2 x Lamp, 21.00 each"
        )
        assert "Lamp" not in text.message


class TestOrderConfirmed:
    def test_names_the_order_and_what_was_paid(self):
        text = texts.order_confirmed(order_id=17, total=Decimal("42.00"), confirmed_at=NOON)

        assert text == texts.Text(
            subject="Your order 17 is confirmed",
            message="Your order 17 is confirmed: 42.00.",
            details="Paid on 3 November 2026, 12:05 UTC. Thank you.",
        )


class TestOrderShipped:
    def test_names_the_order_and_when_it_was_shipped(self):
        assert texts.order_shipped(order_id=17, shipped_at=NOON) == texts.Text(
            subject="Your order 17 was shipped",
            message="Your order 17 was shipped.",
            details="Shipped on 3 November 2026, 12:05 UTC.",
        )


class TestOrderCancelled:
    @pytest.mark.parametrize(
        ("reason", "message"),
        [
            ("customer", "Your order 17 was cancelled as you asked."),
            ("staff", "Your order 17 was cancelled by the shop."),
            ("declined", "Your order 17 was cancelled because the payment was declined."),
            ("unpaid", "Your order 17 was cancelled because it was not paid in time."),
            ("an unknown reason", "Your order 17 was cancelled."),
        ],
    )
    def test_names_the_reason_when_it_is_known(self, reason, message):
        assert texts.order_cancelled(order_id=17, reason=reason, cancelled_at=NOON).message == message


class TestFormats:
    @pytest.mark.parametrize(
        ("amount", "shown"), [("42", "42.00"), ("0.5", "0.50"), ("1234567.891", "1,234,567.89"), ("-3", "-3.00")]
    )
    def test_money_has_two_decimals_and_thousands_separators(self, amount, shown):
        assert texts.money(Decimal(amount)) == shown

    def test_a_moment_is_shown_in_utc(self):
        in_vienna = datetime(2026, 11, 4, 0, 30, tzinfo=timezone(timedelta(hours=1)))

        assert texts.moment(in_vienna) == "3 November 2026, 23:30 UTC"

    @pytest.mark.parametrize(
        ("name", "shown"),
        [
            ("Alice", "Alice"),
            ("  Ann  Lee ", "Ann Lee"),
            ("Eve\r\nBcc: all@example.org", "Eve Bcc: all@example.org"),
            ("Nul\0l", "Nul l"),
            ("Line\u2028Separator", "Line Separator"),
            ("Half \ud800pair", "Half pair"),
            ("Alice \u202ekcab", "Alice kcab"),
            ("\u2066Alice\u2069", "Alice"),
            ("Zoë 王", "Zoë 王"),
        ],
    )
    def test_control_characters_of_a_name_become_spaces(self, name, shown):
        assert texts.one_line(name) == shown

    def test_control_characters_of_an_item_become_spaces(self):
        lamp = texts.Item(name="Lamp\nBcc: all@example.org", quantity=1, price=Decimal(21))

        text = texts.order_placed(order_id=17, total=Decimal(21), items=[lamp], placed_at=NOON)

        assert text.details.splitlines()[1:] == ["  1 x Lamp Bcc: all@example.org, 21.00 each"]

    def test_a_mail_body_has_greeting_and_signature(self):
        assert texts.mail_body(name="Alice\n", text="Hi.") == "Hello Alice,\n\nHi.\n\nYour shop\n"
