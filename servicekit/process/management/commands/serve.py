import errno
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    help = "Answer HTTP requests until SIGTERM."
    requires_system_checks = ()

    def handle(self, **_: Any) -> None:
        from servicekit.process.server import Server, listen

        host, port = settings.HOST, settings.PORT
        try:
            listener = listen(host, port)
        except OSError as error:
            reason = "is taken" if error.errno == errno.EADDRINUSE else f"cannot be used ({error.strerror})"
            variable = f"{settings.SERVICE.upper()}_PORT"
            raise CommandError(f"Port {port} on {host} {reason}. Set {variable} to another port.") from error
        Server(listener, workers=settings.WEB_WORKERS, threads=settings.WEB_THREADS).run()
