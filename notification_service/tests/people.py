"""Users, and the time, of the tests."""

from datetime import UTC, datetime

MONDAY_NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)

ALICE, BOB, UNKNOWN_USER = 7, 8, 404
