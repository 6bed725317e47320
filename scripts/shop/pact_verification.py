"""
`scripts/pact.sh verify`: verifies a provider with a Pact broker's pacts, in a process with its settings.

scripts/shop/pact.py sets DJANGO_SETTINGS_MODULE, and PROVIDER_VERSION and PROVIDER_BRANCH for the results. The broker's
address and credentials are in its own variables, PACT_BROKER_BASE_URL and the like.
"""

import importlib
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import django
from django.test.utils import setup_databases, setup_test_environment, teardown_databases, teardown_test_environment


@contextmanager
def _database() -> Iterator[None]:
    """The test database of the configured Django project."""
    setup_test_environment()
    databases = setup_databases(verbosity=0, interactive=False)
    try:
        yield
    finally:
        teardown_databases(databases, verbosity=0)
        teardown_test_environment()


def main(service: str) -> int:
    django.setup()
    # Both need the settings.
    broker = importlib.import_module("tests.support.contracts.broker")
    provider = importlib.import_module(f"{service}.tests.contract.provider.service").PROVIDER

    version, branch = os.environ["PROVIDER_VERSION"], os.environ["PROVIDER_BRANCH"]
    try:
        with _database():
            verification = broker.verify(provider, version=version, branch=branch)
    except broker.NotPublished as error:
        print(error, file=sys.stderr)
        return 1
    print("\n".join(broker.report(verification)))
    if not verification.outcomes:
        print(f"The broker has no pact for the provider {service}. Did its consumers publish?", file=sys.stderr)
        return 1
    return 0 if verification.passed else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
