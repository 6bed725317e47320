"""python -m order_service migrate | serve | worker | relay | ..."""

import os

from servicekit.process.commands import main

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "order_service.settings.base")
    main("order_service")
