"""The SQL statements of order_service, recorded from its own views, so that they stay the same as the service's."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection
from django.test import RequestFactory
from django.urls import resolve

A_CUSTOMER, AN_ORDER = 1, 1
TWO_LAMPS = {
    "user_id": A_CUSTOMER,
    "items": [{"product_id": 1, "quantity": 1}, {"product_id": 2, "quantity": 1}],
    "shipping_address": {"street": "1 Main St", "city": "Springfield", "zip_code": "97477", "country": "US"},
}


def place_order() -> list[str]:
    return _statements("POST", "/api/orders/", status=201, body=TWO_LAMPS)


def read_order() -> list[str]:
    return _statements("GET", f"/api/orders/{AN_ORDER}/", status=200)


def page_of_products() -> list[str]:
    return _statements("GET", "/api/products/", status=200, signed_in=False)


def _statements(method: str, path: str, *, status: int, body: Any = None, signed_in: bool = True) -> list[str]:
    """What the service's own view sends to the database, with %s in place of values."""
    headers = {"Authorization": f"Bearer {os.environ['CUSTOMER_TOKEN']}"} if signed_in else {}
    content = "" if body is None else json.dumps(body)
    request = RequestFactory().generic(method, path, content, content_type="application/json", headers=headers)
    view, arguments, named = resolve(path, urlconf="order_service.api.urls")
    with _recorded() as statements:
        response = view(request, *arguments, **named)
    if response.status_code != status:
        raise SystemExit(f"{method} {path} was answered {response.status_code}: {response.rendered_content!r}")
    return statements


@contextmanager
def _recorded() -> Iterator[list[str]]:
    statements: list[str] = []

    def record(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        statements.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(record):
        yield statements
