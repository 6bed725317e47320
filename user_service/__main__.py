"""python -m user_service migrate | serve | worker | relay | ..."""

import os

from servicekit.process.commands import main

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "user_service.settings.base")
    main("user_service")
