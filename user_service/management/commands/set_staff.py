from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from user_service.exceptions import UserNotFoundError
from user_service.services import StaffService


class Command(BaseCommand):
    help = "Make an account staff, or with --off a customer again. Ends all sessions of the user."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--off", action="store_true", help="take the rights away")

    def handle(self, *_: Any, username: str, off: bool, **__: Any) -> None:
        try:
            StaffService().set_staff(username=username, is_staff=not off)
        except UserNotFoundError as error:
            raise CommandError(f"no user is named {username}") from error
        self.stdout.write(f"{username} is {'a customer' if off else 'staff'}")
