"""
Real servers for tests: PostgreSQL, Redis, RabbitMQ and a mail catcher, found or started, and ended again.

    with servers() as found:
        psycopg.connect(found.postgres)

    python -m tests.support up --infra auto -- pytest order_service/tests/integration

README.md in this folder says more.
"""

from tests.support.addresses import Servers
from tests.support.errors import ServersUnavailable
from tests.support.finding import servers

__all__ = ["Servers", "ServersUnavailable", "servers"]
