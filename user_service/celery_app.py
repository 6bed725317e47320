"""Work to do, for `python -m user_service worker`. This service hears nothing of others."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "user_service.settings.base")

from servicekit.messages.app import make_app

app = make_app("user_service", hears=[])
app.conf.beat_schedule = {
    "forget what is expired": {"task": "user_service.purge", "schedule": 3600.0},
}
