"""A server of one test alone."""

import psycopg
import pytest


@pytest.fixture
def server(own_server):
    return own_server("postgres")


@pytest.fixture
def url(server):
    return server.addresses["postgres"]


class TestOwnServer:
    def test_a_restart_keeps_the_rows_and_closes_connections(self, server, url):
        with psycopg.connect(url, autocommit=True) as client:
            client.execute("CREATE TABLE product AS SELECT 'lamp' AS name")

            again = server.restart()["postgres"]

            with pytest.raises(psycopg.OperationalError):
                client.execute("SELECT 1")
        with psycopg.connect(again) as client:
            assert client.execute("SELECT name FROM product").fetchall() == [("lamp",)]

    def test_it_is_not_the_shared_server(self, url, servers):
        with psycopg.connect(url) as own, psycopg.connect(servers.postgres) as shared:
            assert started(own) > started(shared)


def started(client):
    return client.execute("SELECT pg_postmaster_start_time()").fetchone()
