"""
What a consumer may need of a value, in words: matchers, each with an example.

A literal value in a contract means exactly this value. Prefer the loosest word that still protects the consumer.
"""

import re
from typing import Any

from pact import match

# RFC 3339 in UTC, as Django REST framework and servicekit.messages.events write it.
MOMENT = r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z$"
MONEY = r"^-?\d+\.\d{2}$"

Need = match.AbstractMatcher[Any]


def whole_number(example: int) -> Need:
    return match.int(example)


def yes_or_no(example: bool) -> Need:
    return match.bool(example)


def text(example: str) -> Need:
    return match.str(example)


def identifier(example: str) -> Need:
    """A UUID."""
    return match.uuid(example)


def moment(example: str) -> Need:
    """A time in ISO 8601, in UTC with a Z."""
    return match.regex(example, regex=MOMENT)


def money(example: str) -> Need:
    """An amount as text, with two decimals: a float could not carry it."""
    return match.regex(example, regex=MONEY)


def one_of(example: str, *others: str) -> Need:
    """One of these words and no other."""
    words = "|".join(re.escape(word) for word in (example, *others))
    return match.regex(example, regex=f"^({words})$")


def matching(example: str, pattern: str) -> Need:
    """Text that is of this form as a whole."""
    return match.regex(example, regex=pattern)


def each(example: Any, *, at_least: int = 1) -> Need:
    """A list whose every entry is like this one."""
    return match.each_like(example, min=at_least)


def object_or_more() -> Need:
    """An object; what it holds does not matter here."""
    return match.like({})


def token_of(whom: str) -> Need:
    """
    The Authorization header with a token of `whom`: a service by name, or as `user 7`.

    The provider's test puts a real token in its place: see tests.support.contracts.provider.
    """
    return match.regex(f"Bearer token-of-{whom.replace(' ', '-')}", regex=r"^Bearer \S+$")


def among_others(*examples: Any) -> Need:
    """A list that has an entry like each of these; its other entries do not matter."""
    return match.array_containing(list(examples))
