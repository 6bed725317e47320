import os

from servicekit.process.commands import main

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "servicekit.tests.settings")
main("servicekit.tests.shelf")
