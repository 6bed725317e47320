import os

from servicekit.messages.app import make_app

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "servicekit.tests.settings")

app = make_app("servicekit.tests.shelf", hears=["book.written", "book.withdrawn"])
app.conf.beat_schedule = {"count the books": {"task": "shelf.count_books", "schedule": 1.0}}
