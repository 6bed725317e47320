"""What the commands `worker`, `beat` and `relay` share."""

from abc import abstractmethod
from typing import Any, ClassVar

from django.core.management.base import BaseCommand, CommandError, CommandParser

from servicekit.base.liveness import Liveness


class ProcessCommand(BaseCommand):
    """A command that runs until SIGTERM; with `--check`, the healthcheck of the process that it started."""

    requires_system_checks = ()
    process: ClassVar[str]

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="exit with 0 if this process is running, else with 1")

    def handle(self, *, check: bool, **options: Any) -> None:
        if not check:
            self.run(**options)
        elif trouble := Liveness(self.process).trouble():
            raise CommandError(trouble)

    @abstractmethod
    def run(self, **options: Any) -> None: ...
