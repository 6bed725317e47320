from pathlib import Path

import pytest
from kombu.transport import get_transport_cls

from servicekit.messages.app import make_app
from servicekit.messages.folder_broker import Transport
from servicekit.messages.queues import dead_letter_queue


def bound_keys(app, queue):
    return {each.routing_key for each in app.amqp.queues[queue].bindings}


class TestMakeApp:
    def test_binds_exactly_the_named_events(self):
        app = make_app("library", hears=["book.written", "book.withdrawn"])

        assert list(app.amqp.queues) == ["library.work", "library.events"]
        assert bound_keys(app, "library.events") == {"book.written", "book.withdrawn"}
        assert app.amqp.queues["library.events"].exchange.name == "events"

    def test_has_no_events_queue_without_events(self):
        assert list(make_app("library", hears=[]).amqp.queues) == ["library.work"]

    def test_routes_tasks_to_its_own_work_queue(self):
        app = make_app("library", hears=[])

        queue = app.amqp.router.route({}, "library.dust")["queue"]

        assert (queue.name, queue.exchange.name, queue.exchange.type) == ("library.work", "library.work", "topic")

    def test_acknowledges_after_a_task_and_rejects_on_failure(self):
        conf = make_app("library", hears=[]).conf

        assert conf.task_acks_late
        assert not conf.task_acks_on_failure
        assert conf.accept_content == ["json"]

    def test_has_the_last_part_of_the_package_as_its_name(self):
        assert make_app("servicekit.tests.shelf", hears=[]).main == "shelf"

    @pytest.mark.parametrize("queue", ["library.work", "library.events"])
    def test_queues_are_quorum_queues_with_dead_letters(self, queue):
        arguments = make_app("library", hears=["book.written"]).amqp.queues[queue].queue_arguments

        assert arguments["x-queue-type"] == "quorum"
        assert arguments["x-delivery-limit"] == 20
        assert arguments["x-dead-letter-routing-key"] == dead_letter_queue("library").name


class TestTransports:
    def test_rabbitmq_confirms_messages(self, settings):
        settings.BROKER_URL = "amqp://guest@127.0.0.1:5672//"

        assert make_app("library", hears=[]).conf.broker_transport_options == {"confirm_publish": True}

    def test_files_are_in_the_run_folder(self, settings, tmp_path):
        settings.BROKER_URL = "filesystem://"
        settings.RUN_DIR = tmp_path

        app = make_app("library", hears=[])

        assert Path(app.conf.broker_transport_options["data_folder_in"]).is_relative_to(tmp_path)
        assert get_transport_cls("filesystem") is Transport
