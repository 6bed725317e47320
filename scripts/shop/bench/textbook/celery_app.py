from celery import Celery
from django.conf import settings

app = Celery("textbook", broker=settings.BROKER_URL)
