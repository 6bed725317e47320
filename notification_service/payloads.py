"""Reading an event's data field by field, each with its type. Other fields are ignored."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.dateparse import parse_datetime

from servicekit.base.ids import LARGEST_ID
from servicekit.messages.events import UnreadableMessage

LARGEST_AMOUNT = Decimal("1e14")


class Payload:
    """
    The data of one event. Each method returns the field of that name.

    :raises UnreadableMessage: the field is missing, or has another type.
    """

    def __init__(self, data: Mapping[str, Any]):
        self.data = data

    def id(self, name: str) -> int:
        value = self.data.get(name)
        if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= LARGEST_ID:
            raise self._unreadable(name, "a positive whole number")
        return value

    def text(self, name: str) -> str:
        value = self.data.get(name)
        if not isinstance(value, str) or "\0" in value:
            raise self._unreadable(name, "text")
        return value

    def texts(self, name: str) -> list[str]:
        value = self.data.get(name)
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            raise self._unreadable(name, "a list of texts")
        return value

    def money(self, name: str) -> Decimal:
        """An amount, sent as text: a float is not exact."""
        try:
            amount = Decimal(self.text(name))
        except InvalidOperation:
            raise self._unreadable(name, "an amount") from None
        if not amount.is_finite() or abs(amount) >= LARGEST_AMOUNT:
            raise self._unreadable(name, "an amount")
        return amount

    def moment(self, name: str) -> datetime:
        try:
            moment = parse_datetime(self.text(name))
        except ValueError:
            moment = None
        if moment is None or moment.tzinfo is None:
            raise self._unreadable(name, "a time with its zone")
        return moment

    def objects(self, name: str) -> list["Payload"]:
        value = self.data.get(name)
        if not isinstance(value, list) or not all(isinstance(each, Mapping) for each in value):
            raise self._unreadable(name, "a list of objects")
        return [Payload(each) for each in value]

    def _unreadable(self, name: str, wanted: str) -> UnreadableMessage:
        # Without the value, which may be personal and must not be logged.
        return UnreadableMessage(f"data.{name} should be {wanted}")
