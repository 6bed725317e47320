"""Events in: read the fields that are used here, make one service call."""

from uuid import UUID

from notification_service import texts
from notification_service.celery_app import app
from notification_service.payloads import Payload
from notification_service.services import AccountService, NotificationService
from servicekit.messages.consuming import consumes
from servicekit.messages.events import Envelope


@consumes(app, "user.registered")
def user_registered(envelope: Envelope) -> None:
    user = Payload(envelope.data)
    _notify(envelope, texts.welcome(name=user.text("first_name") or user.text("username")))


@consumes(app, "user.updated")
def user_updated(envelope: Envelope) -> None:
    user = Payload(envelope.data)
    AccountService().update(user_id=user.id("user_id"), is_verified="email_verified" in user.texts("changes"))


@consumes(app, "user.deleted")
def user_deleted(envelope: Envelope) -> None:
    AccountService().delete(user_id=Payload(envelope.data).id("user_id"))


@consumes(app, "token.revoked")
def token_revoked(envelope: Envelope) -> None:
    token = Payload(envelope.data)
    AccountService().revoke_token(token_id=token.text("token_id"), expires_at=token.moment("expires_at"))


@consumes(app, "order.placed")
def order_placed(envelope: Envelope) -> None:
    order = Payload(envelope.data)
    items = [
        texts.Item(name=item.text("name"), quantity=item.id("quantity"), price=item.money("price"))
        for item in order.objects("items")
    ]
    text = texts.order_placed(
        order_id=order.id("order_id"), total=order.money("total"), items=items, placed_at=order.moment("placed_at")
    )
    _notify(envelope, text)


@consumes(app, "order.confirmed")
def order_confirmed(envelope: Envelope) -> None:
    order = Payload(envelope.data)
    text = texts.order_confirmed(
        order_id=order.id("order_id"), total=order.money("total"), confirmed_at=order.moment("confirmed_at")
    )
    _notify(envelope, text)


@consumes(app, "order.shipped")
def order_shipped(envelope: Envelope) -> None:
    order = Payload(envelope.data)
    _notify(envelope, texts.order_shipped(order_id=order.id("order_id"), shipped_at=order.moment("shipped_at")))


@consumes(app, "order.cancelled")
def order_cancelled(envelope: Envelope) -> None:
    order = Payload(envelope.data)
    text = texts.order_cancelled(
        order_id=order.id("order_id"), reason=order.text("reason"), cancelled_at=order.moment("cancelled_at")
    )
    _notify(envelope, text)


def _notify(envelope: Envelope, text: texts.Text) -> None:
    NotificationService().notify(
        event_id=UUID(envelope.id),
        event_type=envelope.type,
        user_id=Payload(envelope.data).id("user_id"),
        text=text,
    )
