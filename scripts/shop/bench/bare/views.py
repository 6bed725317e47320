"""The least code that answers as order_service does, with the same SQL statements."""

import json
import uuid
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse

from scripts.shop.bench.bare import recording

PAGE = 20
PAYMENT = ("payment_id", "order_id", "status", "amount", "brand", "last_four")
REVOKED, TAKE, _, PRODUCTS, ORDER, LINES, OUTBOX, WAKE_RELAY = recording.place_order()
_, READ_ORDER = recording.read_order()
COUNT_OF_PRODUCTS, PAGE_OF_PRODUCTS = recording.page_of_products()
# The server forks after this import, and its workers must not share the connection.
connection.close()


def place_order(request: HttpRequest) -> HttpResponse:
    wanted = json.loads(request.body)
    user_id, now = wanted["user_id"], datetime.now(UTC)
    items = sorted(wanted["items"], key=lambda item: item["product_id"])
    with connection.cursor() as cursor:
        _require_good_token(cursor, user_id)
        with transaction.atomic():
            for item in items:
                cursor.execute(TAKE, [item["quantity"], item["product_id"], item["quantity"]])
                if cursor.rowcount != 1:
                    transaction.set_rollback(True)
                    return _json({"code": "OUT_OF_STOCK"}, status=409)
            cursor.execute(PRODUCTS, [item["product_id"] for item in items])
            products = {row[0]: row for row in cursor.fetchall()}
            lines = []
            for item in items:
                product_id, name, _, price, *_ = products[item["product_id"]]
                lines.append((product_id, name, item["quantity"], price))
            total = sum((price * quantity for _, _, quantity, price in lines), start=Decimal(0))
            address = json.dumps(wanted["shipping_address"])
            cursor.execute(ORDER, [user_id, "pending", total, address, now, None, None, None, ""])
            [order_id] = cursor.fetchone()
            cursor.execute(LINES, [[order_id] * len(lines), *map(list, zip(*lines, strict=True))])
            order = _order(order_id, user_id, "pending", lines, total, wanted["shipping_address"], now)
            message_id = uuid.uuid4()
            cursor.execute(
                OUTBOX,
                [message_id, "event", "order.placed", _message(message_id, order, now), uuid.uuid4().hex, now, None],
            )
        cursor.execute(WAKE_RELAY, ["outbox"])
    return _json(order, status=201)


def read_order(request: HttpRequest, order_id: int) -> HttpResponse:
    user_id = int(request.headers["X-Caller"])
    with connection.cursor() as cursor:
        _require_good_token(cursor, user_id)
        cursor.execute(READ_ORDER, [order_id, user_id])
        rows = cursor.fetchall()
    lines = [row[2:6] for row in rows]
    _, _, status, total, address, created_at, *_ = rows[0][6:16]
    payment = rows[0][16:22]
    return _json(_order(order_id, user_id, status, lines, total, json.loads(address), created_at, payment))


def page_of_products(request: HttpRequest) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute(COUNT_OF_PRODUCTS)
        [count] = cursor.fetchone()
        cursor.execute(PAGE_OF_PRODUCTS)
        results = [
            {"id": row[0], "name": row[1], "description": row[2], "price": str(row[3]), "stock_quantity": row[4]}
            for row in cursor.fetchall()
        ]
    following = f"http://{request.get_host()}{request.path}?page=2" if count > PAGE else None
    return _json({"count": count, "next": following, "previous": None, "results": results})


def _require_good_token(cursor: Any, user_id: int) -> None:
    cursor.execute(REVOKED, [1, "jti:4d5a4c1c6ad84ab3b9f0d2a63b4a6f3e", f"user:{user_id}"])
    if cursor.fetchone():
        raise PermissionError


def _order(  # noqa: PLR0917 - the columns of a row
    order_id: int,
    user_id: int,
    status: str,
    lines: list[Any],
    total: Decimal,
    address: Any,
    created_at: datetime,
    payment: Any = None,
) -> dict[str, Any]:
    return {
        "id": order_id,
        "user_id": user_id,
        "status": status,
        "items": [
            {"product_id": product_id, "name": name, "quantity": quantity, "price": str(price)}
            for product_id, name, quantity, price in lines
        ],
        "total": str(total),
        "shipping_address": address,
        "created_at": created_at.isoformat().replace("+00:00", "Z"),
        "payment": payment and dict(zip(PAYMENT, (*payment[:3], str(payment[3]), *payment[4:]), strict=True)),
    }


def _message(message_id: uuid.UUID, order: dict[str, Any], now: datetime) -> str:
    data = {
        "order_id": order["id"],
        "user_id": order["user_id"],
        "total": order["total"],
        "items": order["items"],
        "placed_at": order["created_at"],
    }
    envelope = {
        "specversion": "1.0",
        "datacontenttype": "application/json",
        "source": "/order_service",
        "type": "order.placed",
        "subject": str(order["id"]),
        "data": data,
        "id": str(message_id),
        "time": now.isoformat().replace("+00:00", "Z"),
    }
    return json.dumps([[envelope], {}, {"callbacks": None, "errbacks": None, "chain": None, "chord": None}])


def _json(content: Any, status: int = 200) -> HttpResponse:
    body = json.dumps(content)
    return HttpResponse(body, status=status, content_type="application/json", headers={"Content-Length": len(body)})
