"""What a test waits for, and counts."""

from datetime import UTC, datetime

import requests

from servicekit.auth.keys import PublishedKeys
from servicekit.auth.tokens import verify
from tests.support.processes import Process
from user_service.models import OutboxMessage


def announced(user_id: int) -> list[str]:
    """What was said of a user, oldest first, published or not."""
    said = OutboxMessage.objects.filter(kind="event", body__regex=rf'"user_id": {user_id}\y').order_by("id")
    return list(said.values_list("name", flat=True))


def proven(token: str, *, by: Process) -> tuple[str, set[str]]:
    """Whom a token speaks for, and its scopes, by the keys that a web server publishes."""
    keys = PublishedKeys(lambda: requests.get(f"{by.url}/.well-known/jwks.json", timeout=10).json())
    principal = verify(token, keys, now=datetime.now(UTC))
    return principal.name, set(principal.scopes)
