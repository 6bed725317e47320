"""Messages in and work to do, for `python -m order_service worker`."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "order_service.settings.base")

from servicekit.messages.app import make_app

HEARS = ("user.deleted", "token.revoked")

app = make_app("order_service", hears=HEARS)
app.conf.beat_schedule = {
    "cancel what nobody paid for": {"task": "order_service.cancel_unpaid_orders", "schedule": 60.0},
    "find out about payments with no end": {"task": "order_service.settle_payments", "schedule": 60.0},
    "give back money whose task was lost": {"task": "order_service.refund_lost", "schedule": 60.0},
    "forget what is no longer needed": {"task": "order_service.purge", "schedule": 3600.0},
}
