"""Fixtures of the kit's integration tests; those of `tests.support` find or start the servers."""

import pytest

# Django is set up after this file is read: what has models is imported where it is used.


@pytest.fixture
def shelf(broker, running, transactional_db):
    from servicekit.tests.integration.shelf import Shelf

    return Shelf(broker, running)


@pytest.fixture
def publish(broker):
    """Publish any bytes, as a program that is not one of our services might."""
    from amqp import Message

    from servicekit.tests.shelf.celery_app import app

    with app.connection_for_write() as connection:
        channel = connection.channel()

        def put(body, *, routing_key, exchange="", headers=None, **properties):
            message = Message(body, application_headers=headers or {}, delivery_mode=2, **properties)
            channel.basic_publish(message, exchange=exchange, routing_key=routing_key)

        yield put
