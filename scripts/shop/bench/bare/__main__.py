"""`python -m scripts.shop.bench.bare serve`: on the application server of the services, set up as theirs."""

import os
import sys

import django
from django.conf import settings


def main() -> int:
    os.environ["DJANGO_SETTINGS_MODULE"] = "scripts.shop.bench.bare.settings"
    django.setup()
    from servicekit.process.server import serve  # noqa: PLC0415 - needs the settings

    return serve(
        "scripts.shop.bench.bare.wsgi:application",
        host=settings.HOST,
        port=settings.PORT,
        workers=settings.WEB_WORKERS,
        threads=settings.WEB_THREADS,
    )


if __name__ == "__main__":
    sys.exit(main())
