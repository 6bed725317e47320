"""`python -m scripts.shop.bench.bare serve`: on the application server of the services, set up as theirs."""

import os

from servicekit.process.main import main

if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "scripts.shop.bench.bare.settings"
    main("scripts.shop.bench.bare")
