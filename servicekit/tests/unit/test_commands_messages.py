import json
import os
import signal

import pytest

from servicekit.base.liveness import Liveness
from servicekit.messages import dead_letters, relay, worker
from servicekit.messages.dead_letters import DeadLetter, NoDeadLetters
from servicekit.process import commands_messages

SHELF = "servicekit.tests.shelf"
LETTER = DeadLetter("id-1", "book.written", "2026-11-20T12:00:00Z", "rejected", "shelf.events", "book.written", 335)


@pytest.fixture(autouse=True)
def _run_dir(settings, tmp_path):
    settings.RUN_DIR = tmp_path


class TestList:
    @pytest.fixture(autouse=True)
    def _letters(self, monkeypatch):
        self.letters = [LETTER]
        monkeypatch.setattr(dead_letters, "waiting", lambda _app: self.letters)

    def test_shows_a_table(self, capsys):
        assert commands_messages.dead_letters(SHELF, ["list"]) == 0

        head, row = capsys.readouterr().out.splitlines()
        assert head.split() == ["id", "task", "time", "reason", "queue", "routing_key", "bytes"]
        assert row.split() == [str(value) for value in LETTER.to_dict().values()]
        assert head.index("reason") == row.index("rejected")

    def test_shows_json_to_programs(self, capsys):
        commands_messages.dead_letters(SHELF, ["list", "--json"])

        assert [json.loads(line) for line in capsys.readouterr().out.splitlines()] == [LETTER.to_dict()]

    def test_says_when_there_are_none(self, capsys):
        self.letters = []

        assert commands_messages.dead_letters(SHELF, ["list"]) == 0
        assert capsys.readouterr().out == "no dead letters\n"

    def test_says_which_broker_has_none(self, capsys, monkeypatch):
        def none(_app):
            raise NoDeadLetters("memory:// keeps no dead letters")

        monkeypatch.setattr(dead_letters, "waiting", none)

        assert commands_messages.dead_letters(SHELF, ["list"]) == 2
        assert capsys.readouterr().err == "memory:// keeps no dead letters\n"

    def test_needs_to_know_what_to_do(self, capsys):
        with pytest.raises(SystemExit):
            commands_messages.dead_letters(SHELF, [])
        assert "usage" in capsys.readouterr().err


class TestReplay:
    @pytest.fixture(autouse=True)
    def _letters(self, monkeypatch):
        self.letters = [LETTER]
        monkeypatch.setattr(dead_letters, "replay", lambda _app, _ids: self.letters)

    def test_says_what_it_did(self, capsys):
        assert commands_messages.dead_letters(SHELF, ["replay"]) == 0
        assert capsys.readouterr().out == "replayed book.written id-1 to shelf.events\n"

    def test_says_when_there_is_nothing_to_do(self, capsys):
        self.letters = []

        assert commands_messages.dead_letters(SHELF, ["replay"]) == 0
        assert capsys.readouterr().out == "nothing to replay\n"

    def test_complains_about_ids_that_are_not_there(self, capsys):
        assert commands_messages.dead_letters(SHELF, ["replay", "id-1", "id-9"]) == 1
        assert capsys.readouterr().err == "not among the dead letters: id-9\n"


@pytest.mark.parametrize("process", ["worker", "beat", "relay"])
class TestCheck:
    def test_is_content_with_a_process_at_work(self, process, tmp_path):
        Liveness(tmp_path, "shelf", process).touch()

        assert getattr(commands_messages, process)(SHELF, ["--check"]) == 0

    def test_complains_about_one_that_is_not(self, process, capsys):
        assert getattr(commands_messages, process)(SHELF, ["--check"]) == 1
        assert f"{process}.alive is not there" in capsys.readouterr().err


class TestProcesses:
    def test_a_relay_stops_on_a_signal(self, monkeypatch):
        before = {each: signal.getsignal(each) for each in (signal.SIGTERM, signal.SIGINT)}
        stopped = []

        def run(_relay, stop):
            os.kill(os.getpid(), signal.SIGTERM)
            stopped.append(stop.wait(5))

        monkeypatch.setattr(relay.Relay, "run", run)
        try:
            assert commands_messages.relay(SHELF, []) == 0
        finally:
            for each, handler in before.items():
                signal.signal(each, handler)
        assert stopped == [True]

    def test_a_worker_is_told_how_to_work(self, monkeypatch):
        told = []
        monkeypatch.setattr(worker, "run", lambda app, **how: told.append((app.main, how)) or 0)
        monkeypatch.setenv("WORKER_CONCURRENCY", "6")

        assert commands_messages.worker(SHELF, ["--beat"]) == 0
        assert told == [("shelf", {"concurrency": 6, "beat": True})]

    def test_beat_is_started(self, monkeypatch):
        started = []
        monkeypatch.setattr(worker, "run_beat", lambda app: started.append(app.main) or 0)

        assert commands_messages.beat(SHELF, []) == 0
        assert started == ["shelf"]
