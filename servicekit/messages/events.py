"""
Facts that a service publishes, and the envelope they travel in.

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
    A fact, in the past tense. A service's own events derive from this::

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
        """Whom or what the fact is about: the id of the user or order, as text."""
        raise NotImplementedError(f"{type(self).__name__} does not say what it is about")

    def data(self) -> dict[str, Any]:
        """The fields as JSON types: times in ISO 8601, UTC, with a Z; decimals as text."""
        return {each.name: _plain(getattr(self, each.name)) for each in fields(self)}


class UnreadableMessage(Exception):
    """A message is no CloudEvent that we can read. No second try will change that; look at who sent it."""


@dataclass(frozen=True)
class Envelope:
    """What every event travels in. `time` is ISO 8601 text in UTC, `id` a UUID as text."""

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
        Read what arrived. Fields that we do not know are ignored: a neighbour may add some.

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
    """`2026-11-20T23:22:42.123456Z`; a naive time is an error, for nobody can know its zone."""
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
