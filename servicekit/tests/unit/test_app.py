from pathlib import Path

import pytest
from kombu.transport import get_transport_cls

from servicekit.messages.app import make_app
from servicekit.messages.folder_broker import Transport
from servicekit.messages.queues import dead_letter_queue


def bound_keys(app, queue):
    return {each.routing_key for each in app.amqp.queues[queue].bindings}


class TestMakeApp:
    def test_hears_exactly_what_it_names(self):
        app = make_app("library", hears=["book.written", "book.withdrawn"])

        assert list(app.amqp.queues) == ["library.work", "library.events"]
        assert bound_keys(app, "library.events") == {"book.written", "book.withdrawn"}
        assert app.amqp.queues["library.events"].exchange.name == "events"

    def test_has_no_events_queue_when_it_hears_nothing(self):
        assert list(make_app("library", hears=[]).amqp.queues) == ["library.work"]

    def test_sends_its_own_work_to_itself_only(self):
        app = make_app("library", hears=[])

        queue = app.amqp.router.route({}, "library.dust")["queue"]

        assert (queue.name, queue.exchange.name, queue.exchange.type) == ("library.work", "library.work", "topic")

    def test_loses_nothing(self):
        conf = make_app("library", hears=[]).conf

        assert conf.task_acks_late
        assert not conf.task_acks_on_failure
        assert conf.accept_content == ["json"]

    def test_goes_by_the_last_name_of_its_package(self):
        assert make_app("servicekit.tests.shelf", hears=[]).main == "shelf"

    @pytest.mark.parametrize("queue", ["library.work", "library.events"])
    def test_queues_survive_and_hand_on_what_fails(self, queue):
        arguments = make_app("library", hears=["book.written"]).amqp.queues[queue].queue_arguments

        assert arguments["x-queue-type"] == "quorum"
        assert arguments["x-delivery-limit"] == 20
        assert arguments["x-dead-letter-routing-key"] == dead_letter_queue("library").name


class TestTransports:
    def test_rabbitmq_confirms(self, settings):
        settings.BROKER_URL = "amqp://guest@127.0.0.1:5672//"

        assert make_app("library", hears=[]).conf.broker_transport_options == {"confirm_publish": True}

    def test_files_lie_in_the_run_folder(self, settings, tmp_path):
        settings.BROKER_URL = "filesystem://"
        settings.RUN_DIR = tmp_path

        app = make_app("library", hears=[])

        assert Path(app.conf.broker_transport_options["data_folder_in"]).is_relative_to(tmp_path)
        assert get_transport_cls("filesystem") is Transport
