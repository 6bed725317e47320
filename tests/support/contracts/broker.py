"""Verifies a provider with the pacts of a Pact broker, for scripts/pact.sh."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from tests.support.contracts.provider import Provider, Verification


class NotPublished(Exception):
    """The broker did not accept the results. Pact itself only logs this."""


def verify(provider: Provider, *, version: str, branch: str) -> Verification:
    """
    Verify the pacts of deployed consumers, of their main branches and of this branch, and publish the results.

    A pact that was never fulfilled is pending: it is verified too, but does not fail the provider.

    :raises NotPublished: the broker did not accept the results.
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
    errors = _Errors()
    logger = logging.getLogger("pact")
    logger.addHandler(errors)
    try:
        yield
    finally:
        logger.removeHandler(errors)
    for message in errors.messages:
        if "Publishing of verification results failed" in message:
            raise NotPublished(message)


class _Errors(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(record.getMessage())
