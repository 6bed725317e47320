import os

from servicekit.messages.messaging import make_app

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "servicekit.tests.settings")

app = make_app("servicekit.tests.shelf", hears=["book.written", "book.withdrawn"])
