import os

from servicekit.process.main import main

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "servicekit.tests.settings")
main("servicekit.tests.shelf")
