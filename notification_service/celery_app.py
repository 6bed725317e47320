"""Messages in and work to do, for `python -m notification_service worker`."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "notification_service.settings.base")

from servicekit.messages.messaging import make_app

HEARS = (
    "user.registered",
    "user.updated",
    "user.deleted",
    "token.revoked",
    "order.placed",
    "order.confirmed",
    "order.cancelled",
)

app = make_app("notification_service", hears=HEARS)
app.conf.beat_schedule = {
    "pick up deliveries whose task was lost": {"task": "notification_service.sweep", "schedule": 15.0},
    "forget what is no longer needed": {"task": "notification_service.purge", "schedule": 3600.0},
}
