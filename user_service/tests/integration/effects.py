"""Effects that tests wait for."""

from datetime import UTC, datetime

import requests

from servicekit.auth.keys import PublishedKeys
from servicekit.auth.tokens import verify
from tests.support.processes import Process
from user_service.models import OutboxMessage


def event_types(user_id: int) -> list[str]:
    """The types of the events about a user, oldest first, published or not."""
    events = OutboxMessage.objects.filter(kind="event", body__regex=rf'"user_id": {user_id}\y').order_by("id")
    return list(events.values_list("name", flat=True))


def verified(token: str, *, by: Process) -> tuple[str, set[str]]:
    """The subject and the scopes of a token, verified with the keys that a web server publishes."""
    keys = PublishedKeys(lambda: requests.get(f"{by.url}/.well-known/jwks.json", timeout=10).json())
    principal = verify(token, keys, now=datetime.now(UTC))
    return principal.name, set(principal.scopes)
