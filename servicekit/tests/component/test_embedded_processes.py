"""Worker and relay as processes on embedded parts, as `scripts/run.sh` starts them."""

import os
import signal
import sqlite3
import subprocess
import sys

import pytest

from servicekit.testing import eventually

ANNOUNCE = """
import sys, django; django.setup()
from django.db import transaction
from servicekit.messages import outbox
from servicekit.tests.unit.events import BookWritten
with transaction.atomic(): outbox.record(*map(BookWritten, sys.argv[1:]))
"""


class Shelf:
    """The kit's test service, in a folder of its own."""

    def __init__(self, folder):
        self.database = folder / "shelf.sqlite3"
        self.environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "servicekit.tests.settings",
            "DATABASE_URL": f"sqlite:///{self.database}",
            "BROKER_URL": "filesystem://",
            "RUN_DIR": str(folder),
        }
        self.log = (folder / "log").open("w+")
        self.running = []

    def start(self, *command):
        process = subprocess.Popen(
            [sys.executable, "-m", "servicekit.tests.shelf", *command],
            env=self.environment,
            stdout=self.log,
            stderr=self.log,
        )
        self.running.append(process)
        return process

    def run(self, *command):
        return subprocess.run([sys.executable, *command], env=self.environment, check=False, capture_output=True)

    def books(self, dusted=True):
        with sqlite3.connect(self.database) as database:
            return {title for (title,) in database.execute("SELECT title FROM shelf_book WHERE dusted = ?", [dusted])}

    def at_work(self):
        return all((self.database.parent / "shelf" / f"{name}.alive").exists() for name in ("worker", "relay", "beat"))

    def stop(self):
        for process in self.running:
            process.send_signal(signal.SIGTERM)
        codes = [process.wait(timeout=10) for process in self.running]
        self.log.close()
        return codes


@pytest.fixture
def shelf(tmp_path):
    shelf = Shelf(tmp_path)
    shelf.run("-m", "servicekit.tests.shelf", "migrate", "--run-syncdb")
    yield shelf
    shelf.stop()


@pytest.mark.slow
@pytest.mark.timeout(60)
class TestEmbedded:
    def test_an_event_reaches_its_consumer_and_its_command_the_task(self, shelf):
        """Two hops; a poison message and SIGTERM on the way do no harm."""
        shelf.start("worker", "--beat")
        relay = shelf.start("relay")
        eventually(shelf.at_work, within=30)

        shelf.run("-c", ANNOUNCE, "Emma", "a cursed book", "Persuasion")

        eventually(lambda: shelf.books() == {"Emma", "Persuasion"}, within=20)
        assert shelf.books(dusted=False) == set()
        relay.send_signal(signal.SIGTERM)
        assert relay.wait(timeout=10) == 0

    def test_only_rabbitmq_has_dead_letters(self, shelf):
        done = shelf.run("-m", "servicekit.tests.shelf", "dead-letters", "list")

        assert (done.returncode, done.stdout) == (2, b"")
        assert b"keeps no dead letters" in done.stderr
