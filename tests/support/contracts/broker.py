"""Verification of the pacts that a Pact broker has for a provider; scripts/pact.sh verify."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from tests.support.contracts.provider import Provider, Verification


class NotPublished(Exception):
    """The pacts were verified, and the broker does not know. Pact itself logs this, and goes on."""


def verify(provider: Provider, *, version: str, branch: str) -> Verification:
    """
    Verify the pacts of what runs somewhere, of consumers' main branches and of this very branch; publish the results.

    What a consumer asks for the first time is pending: it is verified too, but cannot turn the provider red.

    :raises NotPublished: the broker did not take the results.
    """
    with _publishing():
        return provider.verify(
            lambda verifier: (
                verifier.broker_source(selector=True)
                .include_pending()
                .provider_branch(branch)
                .consumer_version(main_branch=True)
                .consumer_version(deployed_or_released=True)
                .consumer_version(matching_branch=True)
                .build()
                .set_publish_options(version=version, branch=branch)
            )
        )


def report(verification: Verification) -> list[str]:
    """A line for each interaction, and one for each consumer."""
    lines = []
    for (consumer, description), outcome in sorted(verification.outcomes.items()):
        pending = " (pending)" if outcome.get("pending") else ""
        lines.append(f"{'✓' if outcome['result'] == 'OK' else '✗'} {consumer}: {description}{pending}")
    return [*lines, *(f"{consumer}: {count} interactions" for consumer, count in sorted(verification.count.items()))]


@contextmanager
def _publishing() -> Iterator[None]:
    said = _Said()
    logger = logging.getLogger("pact")
    logger.addHandler(said)
    try:
        yield
    finally:
        logger.removeHandler(said)
    for message in said.messages:
        if "Publishing of verification results failed" in message:
            raise NotPublished(message)


class _Said(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(record.getMessage())
