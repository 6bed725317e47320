import json
from collections.abc import Sequence
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser


class Command(BaseCommand):
    help = "List the messages that could not be handled, or put them back into their queues."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        listing = actions.add_parser("list", help="show the dead letters, oldest first")
        listing.add_argument("--json", action="store_true", dest="as_json", help="one JSON object per line")
        replaying = actions.add_parser("replay", help="put dead letters back into the queues that they came from")
        replaying.add_argument("ids", nargs="*", metavar="id", help="only these (default: all)")

    def handle(self, *, action: str, as_json: bool = False, ids: Sequence[str] = (), **_: Any) -> None:
        from servicekit.messages import dead_letters
        from servicekit.messages.app import service_app

        try:
            if action == "list":
                self._list([letter.to_dict() for letter in dead_letters.waiting(service_app())], as_json=as_json)
            else:
                self._tell(dead_letters.replay(service_app(), ids), ids)
        except dead_letters.NoDeadLetters as error:
            raise CommandError(str(error), returncode=2) from error

    def _list(self, letters: list[dict[str, Any]], *, as_json: bool) -> None:
        if as_json:
            lines = [json.dumps(letter) for letter in letters]
        else:
            rows = [list(letters[0]), *(map(str, letter.values()) for letter in letters)] if letters else []
            lines = ["\t".join(row) for row in rows] or ["no dead letters"]
        for line in lines:
            self.stdout.write(line)

    def _tell(self, replayed: list[Any], ids: Sequence[str]) -> None:
        for letter in replayed:
            self.stdout.write(f"replayed {letter.task} {letter.id} to {letter.queue}")
        if missing := set(ids) - {letter.id for letter in replayed}:
            raise CommandError(f"not among the dead letters: {', '.join(sorted(missing))}")
        if not replayed:
            self.stdout.write("no dead letters")
