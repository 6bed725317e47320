"""Events from other services: each consumer reads the fields it needs and makes one service call."""

from datetime import datetime

from django.utils.dateparse import parse_datetime

from order_service.celery_app import app
from order_service.services import AccountService
from servicekit.messages.consuming import consumes
from servicekit.messages.events import Envelope, UnreadableMessage


@consumes(app, "user.deleted")
def user_deleted(envelope: Envelope) -> None:
    match envelope.data:
        case {"user_id": int(user_id)} if user_id is not True:
            AccountService().deleted(user_id=user_id)
        case _:
            raise UnreadableMessage("expected user_id, an integer")


@consumes(app, "token.revoked")
def token_revoked(envelope: Envelope) -> None:
    match envelope.data:
        case {"token_id": str(token_id), "expires_at": str(text)} if expires_at := _moment(text):
            AccountService().token_revoked(token_id=token_id, expires_at=expires_at)
        case _:
            raise UnreadableMessage("expected token_id, a string, and expires_at, a time with a time zone")


def _moment(text: str) -> datetime | None:
    try:
        moment = parse_datetime(text)
    except ValueError:
        return None
    return moment if moment and moment.tzinfo else None
