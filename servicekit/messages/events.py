"""
The events that a service publishes, and their envelope.

The envelope is a CloudEvents 1.0 JSON object: https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, ClassVar
from uuid import UUID, uuid4


@dataclass(frozen=True)
class Event:
    """
    A fact, named in the past tense. The events of a service derive from this::

        @dataclass(frozen=True)
        class OrderConfirmed(Event):
            TYPE = "order.confirmed"

            order_id: int
            confirmed_at: datetime

            @property
            def subject(self) -> str:
                return str(self.order_id)
    """

    TYPE: ClassVar[str]

    @property
    def subject(self) -> str:
        """Give what the event is about: the id of the user or order, as text."""
        raise NotImplementedError(f"{type(self).__name__} has no subject")

    def data(self) -> dict[str, Any]:
        """Give the fields as JSON types: times in ISO 8601, UTC, with a Z; decimals as text."""
        return {each.name: _plain(getattr(self, each.name)) for each in fields(self)}


class UnreadableMessage(Exception):
    """A message is not a CloudEvent that we can read. Retries will not help; the sender must be corrected."""


@dataclass(frozen=True)
class Envelope:
    """The envelope of an event. `time` is ISO 8601 text in UTC, `id` a UUID as text."""

    source: str
    type: str
    subject: str
    data: dict[str, Any]
    id: str = field(default_factory=lambda: str(uuid4()))
    time: str = field(default_factory=lambda: iso(datetime.now(UTC)))

    def to_dict(self) -> dict[str, Any]:
        return {"specversion": "1.0", "datacontenttype": "application/json", **vars(self)}

    @classmethod
    def parse(cls, raw: object) -> "Envelope":
        """
        Read a message. Unknown fields are ignored, so that other services can add some.

        :raises UnreadableMessage: not an object, another version, a field missing or of the wrong type.
        """
        if not isinstance(raw, Mapping):
            raise UnreadableMessage(f"expected an object, got {type(raw).__name__}")
        if raw.get("specversion") != "1.0":
            raise UnreadableMessage(f"expected CloudEvents 1.0, got version {raw.get('specversion')!r}")
        values: dict[str, Any] = {each.name: raw.get(each.name) for each in fields(cls)}
        for name, value in values.items():
            wanted = dict if name == "data" else str
            if not isinstance(value, wanted):
                raise UnreadableMessage(f"{name} should be {wanted.__name__}, is {type(value).__name__}")
        return cls(**{**values, "id": _uuid(values["id"])})


def iso(moment: datetime) -> str:
    """Give `2026-11-20T23:22:42.123456Z`. A naive time is an error, because its zone is unknown."""
    if moment.tzinfo is None:
        raise ValueError(f"{moment} has no time zone")
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _uuid(value: Any) -> str:
    try:
        return str(UUID(value))
    except ValueError:
        raise UnreadableMessage(f"id should be a UUID, is {value!r}") from None


def _plain(value: Any) -> Any:
    match value:
        case datetime():
            return iso(value)
        case Decimal():
            return f"{value:f}"
        case dict():
            return {key: _plain(each) for key, each in value.items()}
        case list() | tuple():
            return [_plain(each) for each in value]
        case _:
            return value
