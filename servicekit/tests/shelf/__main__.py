import os

from servicekit.commands import main

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "servicekit.tests.settings")
main("servicekit.tests.shelf")
