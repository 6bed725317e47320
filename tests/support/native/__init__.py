"""
Server programs of this machine, with free ports on loopback, a folder and passwords of their own.

Servers that the machine runs for itself are left alone.
"""

import shutil
from collections.abc import Sequence
from pathlib import Path

from tests.support.addresses import TITLES
from tests.support.errors import ServersUnavailable
from tests.support.native.mail import MailCatcher
from tests.support.native.postgresql import PostgreSQL
from tests.support.native.program import Program
from tests.support.native.rabbitmq import RabbitMQ
from tests.support.native.redis import Redis
from tests.support.starting import Start

BYTES_NEEDED = 400 * 2**20
PROGRAMS: dict[str, type[Program]] = {program.server: program for program in (PostgreSQL, Redis, RabbitMQ, MailCatcher)}


def starters(wanted: Sequence[str], folder: Path) -> list[Start]:
    """
    One function for each server.

    :raises ServersUnavailable: the disk is full.
    """
    free = shutil.disk_usage(folder).free
    if free < BYTES_NEEDED:
        raise ServersUnavailable(
            f"{folder.parent} has {free // 2**20} MB left, the servers need {BYTES_NEEDED // 2**20} MB. "
            "Free some space, or set TMPDIR to another folder."
        )
    return [PROGRAMS[server](folder).start for server in wanted]


def missing_packages(wanted: Sequence[str]) -> dict[str, str]:
    """The programs that are not installed: title -> Debian's package."""
    return {TITLES[server]: PROGRAMS[server].package for server in wanted if not PROGRAMS[server].executable()}
