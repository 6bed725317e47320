import sys
from typing import Any

from django.core.management.base import CommandParser

from servicekit.messages.process_command import ProcessCommand


class Command(ProcessCommand):
    help = "Handle events and run tasks from the service's queues, until SIGTERM."
    process = "worker"

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--beat", action="store_true", help="also send the periodic tasks")

    def run(self, *, beat: bool = False, **_: Any) -> None:
        from servicekit.messages.app import service_app
        from servicekit.messages.worker import run_worker

        sys.exit(run_worker(service_app(), beat=beat))
