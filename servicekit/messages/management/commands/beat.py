from typing import Any

from servicekit.messages.process_command import ProcessCommand


class Command(ProcessCommand):
    help = "Send the periodic tasks to the queue when they are due, until SIGTERM. Run one of these per service."
    process = "beat"

    def run(self, **_: Any) -> None:
        from servicekit.messages.app import service_app
        from servicekit.messages.worker import run_beat

        run_beat(service_app())
