import signal
import threading
from typing import Any

from servicekit.messages.process_command import ProcessCommand


class Command(ProcessCommand):
    help = "Publish the messages in the outbox, until SIGTERM."
    process = "relay"

    def run(self, **_: Any) -> None:
        from servicekit.messages.app import service_app
        from servicekit.messages.relay import Relay

        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        Relay(service_app()).run(stop)
