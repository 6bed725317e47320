"""The Celery application of `python -m order_service worker`."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "order_service.settings.base")

from servicekit.messages.app import make_app

HEARS = ("user.deleted", "token.revoked")

app = make_app("order_service", hears=HEARS)
app.conf.beat_schedule = {
    "cancel unpaid orders": {"task": "order_service.cancel_unpaid_orders", "schedule": 60.0},
    "settle stuck payments": {"task": "order_service.settle_payments", "schedule": 60.0},
    "make due refunds": {"task": "order_service.refund_due", "schedule": 60.0},
    "delete old rows": {"task": "order_service.purge", "schedule": 3600.0},
}
