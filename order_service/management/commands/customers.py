"""For orders by telephone: find or register the customer."""

import secrets
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from order_service import wiring
from order_service.exceptions import RegistrationRefused
from servicekit.base.exceptions import NeighbourUnavailable


class Command(BaseCommand):
    help = "Find customers by name or e-mail address, or register one; the first password is shown once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        commands = parser.add_subparsers(dest="command", required=True)
        commands.add_parser("find").add_argument("text")
        register = commands.add_parser("register")
        register.add_argument("username")
        register.add_argument("email")

    def handle(self, *, command: str, **arguments: Any) -> None:
        try:
            if command == "find":
                self._find(arguments["text"])
            else:
                self._register(arguments["username"], arguments["email"])
        except (RegistrationRefused, NeighbourUnavailable) as reason:
            raise CommandError(str(reason)) from reason

    def _find(self, text: str) -> None:
        for customer in wiring.customer_book().find(text):
            about = f": {customer.about}" if customer.about else ""
            self.stdout.write(f"{customer.id} {customer.username} <{customer.email}>{about}")

    def _register(self, username: str, email: str) -> None:
        password = secrets.token_urlsafe(12)
        customer = wiring.customer_book().register(username=username, email=email, password=password)
        self.stdout.write(f"{customer.id} {customer.username} <{customer.email}>, first password: {password}")
