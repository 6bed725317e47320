"""Databases and virtual hosts on shared servers."""

import secrets

import psycopg
import pytest
from kombu import Connection
from redis import Redis

from tests.support import isolation


@pytest.fixture
def name():
    return f"isolation_{secrets.token_hex(4)}"


class TestDatabases:
    def test_a_database_is_a_copy_of_its_template(self, servers, name):
        databases = isolation.Databases(servers.postgres)
        with psycopg.connect(databases.create(f"{name}_template")) as template:
            template.execute("CREATE TABLE product AS SELECT 'lamp' AS name")
        template.close()

        with psycopg.connect(databases.create(name, template=f"{name}_template")) as copy:
            assert copy.execute("SELECT name FROM product").fetchall() == [("lamp",)]

        databases.drop_all(name)
        assert names_of_databases(servers, name) == []

    def test_a_database_with_a_client_is_dropped(self, servers, name):
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

    def test_the_messages_of_a_queue_are_counted_and_deleted(self, host):
        with Connection(host.url, transport_options={"confirm_publish": True}) as connection:
            connection.SimpleQueue("letters", queue_args={"x-queue-type": "quorum"}).put("hello")

        assert host.queues() == ["letters"]
        assert host.messages_in("letters") == 1
        host.empty()
        assert host.messages_in("letters") == 0

    def test_a_queue_that_does_not_exist_has_no_messages(self, host):
        assert host.messages_in("nowhere") == 0

    def test_a_virtual_host_may_be_dropped_twice(self, host):
        host.drop()
        host.drop()


class TestRedisDatabases:
    def test_a_database_belongs_to_one_owner_until_it_is_released(self, servers, name):
        first = isolation.take_redis_database(servers.redis, owner=name)
        second = isolation.take_redis_database(servers.redis, owner=name)
        assert first != second

        with Redis.from_url(first) as redis:
            redis.set("key", "value")
        isolation.release_redis_databases(servers.redis, owner=name)

        with Redis.from_url(first) as redis:
            assert redis.dbsize() == 0
