"""The Celery app of `python -m notification_service worker` and `beat`."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "notification_service.settings.base")

from servicekit.messages.app import make_app

HEARS = (
    "user.registered",
    "user.updated",
    "user.deleted",
    "token.revoked",
    "order.placed",
    "order.confirmed",
    "order.shipped",
    "order.cancelled",
)

app = make_app("notification_service", hears=HEARS)
app.conf.beat_schedule = {
    "send new tasks for deliveries whose task was lost": {"task": "notification_service.sweep", "schedule": 15.0},
    "delete old inbox rows and expired revocations": {"task": "notification_service.purge", "schedule": 3600.0},
}
