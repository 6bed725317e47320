from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from servicekit.base.environment import DEMO_MARK
from user_service.services import StaffService


class Command(BaseCommand):
    help = (
        "Create or correct the staff account of DEMO_STAFF_USERNAME and DEMO_STAFF_PASSWORD; does nothing when the "
        "password is empty."
    )

    def handle(self, *_: Any, **__: Any) -> None:
        username, password = settings.DEMO_STAFF_USERNAME, settings.DEMO_STAFF_PASSWORD
        if not password:
            self.stdout.write("no staff account: DEMO_STAFF_PASSWORD is empty")
            return
        if not settings.DEMO_SECRETS_ALLOWED and DEMO_MARK in password:
            raise CommandError("production needs its own value of: DEMO_STAFF_PASSWORD")
        changed = StaffService().ensure_staff(username=username, password=password)
        self.stdout.write(f"staff account {username}: {'saved' if changed else 'unchanged'}")
