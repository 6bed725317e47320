"""
`python -m <service> <command>`: one door to everything a service does.

Settings it reads: HOST, PORT, WEB_WORKERS, WEB_THREADS. Nothing heavy is imported before a command needs it.
"""

import os
import sys
from collections.abc import Callable, Sequence
from typing import Final

from django.core.exceptions import ImproperlyConfigured
from environs import EnvError

Command = Callable[[str, list[str]], int]

USAGE = """\
python -m {service} <command> [arguments]

  serve                      answer HTTP requests on HOST and {variable}
  worker [--beat]            run what waits in the queues; with --beat, send the periodic tasks too
  beat                       send the periodic tasks, for services with several workers
  relay                      publish what waits in the outbox
  dead-letters list          show the messages that nobody could handle
  dead-letters replay [id]   hand them in again

or any of Django's commands:

  {django}

python -m {service} <command> --help tells more.
"""


def main(service: str, argv: Sequence[str] | None = None) -> None:
    """
    Run one command of a service, and leave with its exit code.

    A fault in the configuration is one line that names it, not a trace.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", f"{service}.settings.base")
    arguments = list(sys.argv[1:] if argv is None else argv)
    command = arguments[0] if arguments else "--help"
    try:
        if command in {"help", "--help", "-h"} and len(arguments) < 2:
            print(usage(service))  # noqa: T201 - the answer to --help
        elif command in COMMANDS:
            import django  # noqa: PLC0415 - not needed for the commands that Django runs itself

            django.setup()
            sys.exit(COMMANDS[command](service, arguments[1:]))
        else:
            _django_command(service, arguments)
    except (ImproperlyConfigured, EnvError) as error:
        sys.exit(f"{service}: {error}")


def usage(service: str) -> str:
    from django.core.management import get_commands  # noqa: PLC0415

    return USAGE.format(service=service, variable=f"{service.upper()}_PORT", django="\n  ".join(sorted(get_commands())))


def _django_command(service: str, arguments: list[str]) -> None:
    from django.core.management import ManagementUtility  # noqa: PLC0415

    ManagementUtility([f"python -m {service}", *arguments]).execute()


def _serve(service: str, arguments: list[str]) -> int:
    import argparse  # noqa: PLC0415

    from django.conf import settings  # noqa: PLC0415

    from servicekit.process.server import serve  # noqa: PLC0415

    parser = argparse.ArgumentParser(prog=f"python -m {service} serve", description="Answer HTTP requests.")
    parser.add_argument("--host", default=settings.HOST)
    parser.add_argument("--port", type=int, default=settings.PORT)
    chosen = parser.parse_args(arguments)
    return serve(
        f"{service}.wsgi:application",
        host=chosen.host,
        port=chosen.port,
        workers=settings.WEB_WORKERS,
        threads=settings.WEB_THREADS,
        port_variable=f"{service.upper()}_PORT",
    )


def _about_messages(name: str) -> Command:
    def run(service: str, arguments: list[str]) -> int:
        from servicekit.process import commands_messages  # noqa: PLC0415

        command: Command = getattr(commands_messages, name)
        return command(service, arguments)

    return run


COMMANDS: Final[dict[str, Command]] = {
    "serve": _serve,
    "worker": _about_messages("worker"),
    "beat": _about_messages("beat"),
    "relay": _about_messages("relay"),
    "dead-letters": _about_messages("dead_letters"),
}
