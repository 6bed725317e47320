import json
import threading
from pathlib import Path

import pytest
from kombu.transport import filesystem, virtual

from servicekit.messages import outbox
from servicekit.messages.app import make_app
from servicekit.messages.queues import declare
from servicekit.messages.relay import Relay
from servicekit.testing.messages import published
from servicekit.tests.unit.events import BookWritten

pytestmark = pytest.mark.django_db

HEARS = ["book.written", "book.withdrawn"]


@pytest.fixture(autouse=True)
def _folder(settings, tmp_path, monkeypatch):
    settings.BROKER_URL = "filesystem://"
    settings.RUN_DIR = tmp_path
    # Kombu's record of what is declared, one for all folders of a process.
    monkeypatch.setattr(filesystem.Transport, "global_state", virtual.BrokerState())


@pytest.fixture
def connect():
    """Open a connection for an app and declare its queues."""
    opened = []

    def channel(app):
        connection = app.connection_for_read()
        opened.append(connection)
        found = connection.channel()
        declare(app, found)
        return found

    yield channel
    for connection in opened:
        connection.release()


def relay_everything(app):
    relay = Relay(app)
    with relay._connected() as broker:
        return relay.publish_batch(broker)


def titles(channel, queue):
    """Take all messages from a queue."""
    found = []
    while message := channel.basic_get(queue, no_ack=True):
        [envelope], _, _ = json.loads(message.body)
        found.append(envelope["data"]["title"])
    return found


class TestEvents:
    def test_reach_every_consumer_in_their_order(self, connect):
        library, shop = make_app("library", hears=HEARS), make_app("shop", hears=HEARS[:1])
        at_library, at_shop = connect(library), connect(shop)
        outbox.record(*(BookWritten(f"Volume {number}") for number in range(12)))

        relay_everything(make_app("shelf", hears=[]))

        assert titles(at_library, "library.events") == [f"Volume {number}" for number in range(12)]
        assert titles(at_shop, "shop.events") == [f"Volume {number}" for number in range(12)]
        assert published() == []

    def test_reach_no_other_service(self, connect):
        deaf = connect(make_app("museum", hears=["book.withdrawn"]))
        outbox.record(BookWritten("Emma"))

        relay_everything(make_app("shelf", hears=[]))

        assert titles(deaf, "museum.events") == []

    def test_without_a_consumer_leave_no_file(self, tmp_path):
        outbox.record(BookWritten("Emma"))

        relay_everything(make_app("shelf", hears=[]))

        assert list((tmp_path / "broker").rglob("*.msg")) == []
        assert published() == []


class TestCommands:
    def test_reach_the_services_own_work_queue(self, connect):
        outbox.command("shelf.dust", book_id=7)
        shelf = make_app("shelf", hears=[])

        relay_everything(shelf)

        message = connect(shelf).basic_get("shelf.work", no_ack=True)
        assert message.headers["task"] == "shelf.dust"
        assert json.loads(message.body)[1] == {"book_id": 7}


class TestProcessesSideBySide:
    def test_keep_the_bindings_of_each_other(self, connect):
        """Kombu's own transport loses bindings that are made at the same moment."""
        apps = [make_app(f"library{number}", hears=HEARS) for number in range(8)]
        together = threading.Barrier(len(apps))

        def start(app):
            together.wait()
            with app.connection_for_read() as connection:
                declare(app, connection.channel())

        threads = [threading.Thread(target=start, args=[app]) for app in apps]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        table = connect(make_app("shelf", hears=[])).get_table("events")
        assert {(each[0], each[2]) for each in table} == {(key, f"{app.main}.events") for app in apps for key in HEARS}

    def test_do_not_read_unfinished_messages(self, connect, tmp_path):
        channel = connect(make_app("library", hears=HEARS))
        (tmp_path / "broker" / "data_folder_in" / "0_0.library.events.draft").write_text('{"body": "hal')

        assert channel.basic_get("library.events", no_ack=True) is None

    def test_read_a_message_once(self, connect, monkeypatch):
        library = make_app("library", hears=HEARS)
        one, other = connect(library), connect(library)
        outbox.record(BookWritten("Emma"), BookWritten("Persuasion"))
        relay_everything(make_app("shelf", hears=[]))
        seen_by_both = sorted(Path(one.data_folder_in).glob("*.msg"))
        assert titles(other, "library.events") == ["Emma", "Persuasion"]

        monkeypatch.setattr(Path, "glob", lambda *_: seen_by_both)

        assert titles(one, "library.events") == []
