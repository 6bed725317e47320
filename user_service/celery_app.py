"""The Celery application of `python -m user_service worker`. This service consumes no events."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "user_service.settings.base")

from servicekit.messages.app import make_app

app = make_app("user_service", hears=[])
app.conf.beat_schedule = {
    "delete expired rows": {"task": "user_service.purge", "schedule": 3600.0},
}
