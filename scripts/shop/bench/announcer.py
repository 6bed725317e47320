"""`python -m scripts.shop.bench.announcer COUNT RATE`: record COUNT events in order_service's outbox, RATE a second."""

import os
import sys
import time
from datetime import UTC, datetime
from decimal import Decimal

import django


def main(count: int, rate: float) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "order_service.settings.base"
    django.setup()
    from django.db import transaction  # noqa: PLC0415 - needs the settings

    from order_service.events import Item, OrderPlaced  # noqa: PLC0415
    from servicekit.messages import outbox  # noqa: PLC0415

    items = [Item(product_id=1, name="Lamp", quantity=2, price=Decimal("20.00"))]
    started = time.monotonic()
    for number in range(count):
        time.sleep(max(0.0, started + number / rate - time.monotonic()))
        with transaction.atomic():
            outbox.record(
                OrderPlaced(
                    order_id=number + 1, user_id=7, total=Decimal("40.00"), items=items, placed_at=datetime.now(UTC)
                )
            )


if __name__ == "__main__":
    main(int(sys.argv[1]), float(sys.argv[2]))
