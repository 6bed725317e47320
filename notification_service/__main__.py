"""`python -m notification_service serve | worker | relay | migrate | ...`: the management commands of the service."""

import os

from servicekit.process.main import main

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "notification_service.settings.base")
    main("notification_service")
