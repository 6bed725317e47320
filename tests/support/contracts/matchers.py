"""
Matchers for contracts: what a consumer needs of a value, each with an example.

A literal value in a contract means exactly this value. Use the loosest matcher that still protects the consumer.
"""

import re
from typing import Any

from pact import match

# RFC 3339 in UTC, as Django REST framework and servicekit.messages.events write it.
TIMESTAMP = r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z$"
MONEY = r"^-?\d+\.\d{2}$"

Matcher = match.AbstractMatcher[Any]


def integer(example: int) -> Matcher:
    return match.int(example)


def boolean(example: bool) -> Matcher:
    return match.bool(example)


def text(example: str) -> Matcher:
    return match.str(example)


def uuid(example: str) -> Matcher:
    return match.uuid(example)


def timestamp(example: str) -> Matcher:
    """A time in ISO 8601, in UTC with a Z."""
    return match.regex(example, regex=TIMESTAMP)


def money(example: str) -> Matcher:
    """An amount as text with two decimals, because a float is not exact."""
    return match.regex(example, regex=MONEY)


def one_of(example: str, *others: str) -> Matcher:
    """One of these texts."""
    words = "|".join(re.escape(word) for word in (example, *others))
    return match.regex(example, regex=f"^({words})$")


def matching(example: str, pattern: str) -> Matcher:
    """A text that matches a regular expression as a whole."""
    return match.regex(example, regex=pattern)


def list_of(example: Any, *, at_least: int = 1) -> Matcher:
    """A list of which every item matches the example."""
    return match.each_like(example, min=at_least)


def list_with(*examples: Any) -> Matcher:
    """A list that has an item for each example, and may have others."""
    return match.array_containing(list(examples))


def any_object() -> Matcher:
    return match.like({})


def token_of(name: str) -> Matcher:
    """
    The Authorization header with a token of a service, by its name, or of `user 7`.

    The provider's test replaces the example by a valid token: see tests.support.contracts.server.
    """
    return match.regex(f"Bearer token-of-{name.replace(' ', '-')}", regex=r"^Bearer \S+$")
