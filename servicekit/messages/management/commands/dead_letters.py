import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser


class Command(BaseCommand):
    help = "List the messages that could not be handled, or put them back into their queues."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        actions.add_parser("list", help="show the dead letters, oldest first, one JSON object per line")
        replaying = actions.add_parser("replay", help="put dead letters back into the queues that they came from")
        replaying.add_argument("ids", nargs="*", metavar="id", help="only these (default: all)")

    def handle(self, *, action: str, ids: Sequence[str] = (), **_: Any) -> None:
        from servicekit.messages import dead_letters
        from servicekit.messages.app import service_app

        try:
            if action == "list":
                for letter in dead_letters.waiting(service_app()):
                    self.stdout.write(json.dumps(asdict(letter)))
            else:
                self._report(dead_letters.replay(service_app(), ids), ids)
        except dead_letters.NoDeadLetters as error:
            raise CommandError(str(error), returncode=2) from error

    def _report(self, replayed: list[Any], ids: Sequence[str]) -> None:
        for letter in replayed:
            self.stdout.write(f"replayed {letter.task} {letter.id} to {letter.queue}")
        if missing := set(ids) - {letter.id for letter in replayed}:
            raise CommandError(f"not among the dead letters: {', '.join(sorted(missing))}")
