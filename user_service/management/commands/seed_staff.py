from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from servicekit.base.environment import DEMO_MARK
from user_service.services import UserService


class Command(BaseCommand):
    help = (
        "Let the staff account of DEMO_STAFF_USERNAME and DEMO_STAFF_PASSWORD exist; none when the password is empty."
    )

    def handle(self, *_: Any, **__: Any) -> None:
        username, password = settings.DEMO_STAFF_USERNAME, settings.DEMO_STAFF_PASSWORD
        if not password:
            self.stdout.write("no staff account is made: DEMO_STAFF_PASSWORD is empty")
            return
        if not settings.DEMO_SECRETS_ALLOWED and DEMO_MARK in password:
            raise CommandError("production needs its own value of: DEMO_STAFF_PASSWORD")
        done = UserService().ensure_staff(username=username, password=password)
        self.stdout.write(f"staff account {username}: {'made' if done else 'was there'}")
