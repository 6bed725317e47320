"""Worker, beat and relay as processes on SQLite and the filesystem broker, as `scripts/run.sh` starts them."""

import json
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
    """The kit's test service, with all its files in one folder."""

    def __init__(self, folder):
        self.database = folder / "shelf.sqlite3"
        self.environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "servicekit.tests.settings",
            "DATABASE_URL": f"sqlite:///{self.database}",
            "BROKER_URL": "filesystem://",
            "RUN_DIR": str(folder),
        }
        self.log = folder / "log"
        self.processes = []

    def start(self, *command):
        with self.log.open("a") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "servicekit.tests.shelf", *command], env=self.environment, stdout=log
            )
        self.processes.append(process)
        return process

    def run(self, *command):
        return subprocess.run([sys.executable, *command], env=self.environment, check=False, capture_output=True)

    def books(self, dusted=True):
        with sqlite3.connect(self.database) as database:
            return {title for (title,) in database.execute("SELECT title FROM shelf_book WHERE dusted = ?", [dusted])}

    def runs(self, *names):
        return all((self.log.parent / "servicekit.tests.shelf" / f"{name}.alive").exists() for name in names)

    def tasks(self):
        """The tasks that ended, by the worker's log; each line of every process is JSON."""
        lines = [json.loads(line) for line in self.log.read_text().splitlines()]
        return [line["event"].split()[1].partition("[")[0] for line in lines if line["event"].startswith("Task ")]

    def stop(self):
        for process in self.processes:
            process.send_signal(signal.SIGTERM)
        return [process.wait(timeout=10) for process in self.processes]


@pytest.fixture
def shelf(tmp_path):
    shelf = Shelf(tmp_path)
    shelf.run("-m", "servicekit.tests.shelf", "migrate", "--run-syncdb")
    yield shelf
    shelf.stop()


@pytest.mark.slow
@pytest.mark.timeout(60)
class TestEmbedded:
    def test_an_event_reaches_its_consumer_and_the_command_that_follows_its_task(self, shelf):
        """A message that fails does not stop the others; SIGTERM ends every process with code 0."""
        shelf.start("worker", "--beat")
        shelf.start("relay")
        eventually(lambda: shelf.runs("worker", "beat", "relay"), within=30)
        check = shelf.run("-m", "servicekit.tests.shelf", "relay", "--check")

        shelf.run("-c", ANNOUNCE, "Emma", "a cursed book", "Persuasion")

        eventually(lambda: shelf.books() == {"Emma", "Persuasion"}, within=20)
        assert shelf.books(dusted=False) == set()
        eventually(lambda: shelf.tasks().count("shelf.dust") == 2)
        assert check.returncode == 0
        assert shelf.stop() == [0, 0]

    def test_beat_in_a_process_of_its_own_sends_the_periodic_tasks(self, shelf):
        shelf.start("worker")
        shelf.start("beat")

        eventually(lambda: "shelf.count_books" in shelf.tasks(), within=30)

        assert shelf.runs("beat")
        assert shelf.stop() == [0, 0]
