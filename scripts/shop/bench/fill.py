"""Test data for order_service's tables, made by the database itself."""

import psycopg

ORDERS_OF_A_CUSTOMER = 50
PRODUCTS = 1_000
LINES = 2  # of an order

FILL = f"""
INSERT INTO order_service_product (name, description, price, stock_quantity)
SELECT 'Lamp ' || n, 'A small lamp of brushed steel with a warm light; it turns in two joints.', 10 + n %% 90,
       1000000000
FROM generate_series(1, {PRODUCTS}) n;

INSERT INTO order_service_order
       (user_id, status, total, shipping_address, created_at, confirmed_at, cancellation_reason)
SELECT 1 + (n - 1) %% (%(orders)s / {ORDERS_OF_A_CUSTOMER}), 'confirmed', 40,
       '{{"street": "1 Main Street", "city": "Springfield", "state": "OR", "zip_code": "97477", "country": "US"}}',
       now(), now(), ''
FROM generate_series(1, %(orders)s) n;

INSERT INTO order_service_orderline (order_id, product_id, name, quantity, price)
SELECT o.id, 1 + (o.id + line) %% {PRODUCTS}, 'Lamp', 1, 20
FROM order_service_order o, generate_series(1, {LINES}) line;

INSERT INTO order_service_payment (order_id, status, amount, brand, last_four, charge_key, started_at, claimed_until,
       settled_at)
SELECT id, 'completed', 40, 'visa', '1111', gen_random_uuid(), now(), now(), now()
FROM order_service_order;

INSERT INTO order_service_outboxmessage (message_id, kind, name, body, request_id, created_at, published_at)
SELECT gen_random_uuid(), 'event', 'order.placed', '[[], {{}}, {{}}]', '', now(), now()
FROM order_service_order;
"""  # noqa: S608 - only our own constants


def fill(database: str, *, orders: int) -> None:
    """Insert a catalogue and this many paid orders, fifty for each customer, with their events; update statistics."""
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("SET synchronous_commit TO off")
        for statement in FILL.split(";\n"):
            connection.execute(statement, {"orders": orders})
        connection.execute("VACUUM ANALYZE")
