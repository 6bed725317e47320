"""A place of one's own on shared servers."""

import secrets

import psycopg
import pytest
from redis import Redis

from tests.support import isolation


@pytest.fixture
def name():
    return f"room_{secrets.token_hex(4)}"


class TestDatabases:
    def test_are_copied_from_a_template(self, servers, name):
        databases = isolation.Databases(servers.postgres)
        with psycopg.connect(databases.create(f"{name}_template")) as template:
            template.execute("CREATE TABLE product AS SELECT 'lamp' AS name")
        template.close()

        with psycopg.connect(databases.create(name, template=f"{name}_template")) as copy:
            assert copy.execute("SELECT name FROM product").fetchall() == [("lamp",)]

        databases.drop_all(name)
        assert names_of_databases(servers, name) == []

    def test_are_dropped_while_somebody_is_connected(self, servers, name):
        databases = isolation.Databases(servers.postgres)
        with psycopg.connect(databases.create(name)):
            databases.drop(name)

        assert names_of_databases(servers, name) == []


def names_of_databases(servers, prefix):
    with psycopg.connect(servers.postgres) as connection:
        return connection.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [prefix]).fetchall()


class TestVirtualHosts:
    @pytest.fixture
    def host(self, servers, name):
        host = isolation.VirtualHost.create(url=servers.rabbitmq, api=servers.rabbitmq_api, name=name)
        yield host
        host.drop()

    def test_count_and_lose_what_waits(self, host):
        with host._connection() as connection:
            channel = connection.channel()
            channel.confirm_select()
            channel.queue_declare("letters", durable=True, auto_delete=False, arguments={"x-queue-type": "quorum"})
            channel.basic_publish_confirm(message("hello"), routing_key="letters")

        assert host.queues() == ["letters"]
        assert host.messages_in("letters") == 1
        host.empty()
        assert host.messages_in("letters") == 0

    def test_have_nothing_in_a_queue_that_is_not_there(self, host):
        assert host.messages_in("nowhere") == 0

    def test_may_be_dropped_twice(self, host):
        host.drop()
        host.drop()


def message(text):
    import amqp

    return amqp.Message(text)


class TestRedisDatabases:
    def test_belong_to_one_owner_until_given_back(self, servers, name):
        first = isolation.take_redis_database(servers.redis, owner=name)
        second = isolation.take_redis_database(servers.redis, owner=name)
        assert first != second

        with Redis.from_url(first) as redis:
            redis.set("key", "value")
        isolation.give_back_redis_databases(servers.redis, owner=name)

        with Redis.from_url(first) as redis:
            assert redis.dbsize() == 0
